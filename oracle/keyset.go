//go:build !go1.24

// Which key numbers a map holds, as far as the program generator cares: it
// wants to hit present keys often. NaNs and unhashable keys are not in it.
package main

// keySet is a set with random access.
type keySet struct {
	list []uint64
	at   map[uint64]int
}

func newKeySet() keySet { return keySet{at: map[uint64]int{}} }

func (s *keySet) add(n uint64) {
	if _, ok := s.at[n]; ok || n == keyNaN || n == keyUnhashable {
		return
	}
	s.at[n] = len(s.list)
	s.list = append(s.list, n)
}

func (s *keySet) remove(n uint64) {
	i, ok := s.at[n]
	if !ok {
		return
	}
	last := len(s.list) - 1
	s.list[i] = s.list[last]
	s.at[s.list[i]] = i
	s.list = s.list[:last]
	delete(s.at, n)
}

func (s *keySet) has(n uint64) bool {
	_, ok := s.at[n]
	return ok
}

func (s *keySet) copy() keySet {
	c := newKeySet()
	for _, n := range s.list {
		c.add(n)
	}
	return c
}
