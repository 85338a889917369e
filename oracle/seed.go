//go:build !go1.24

// Determinism: everything that the runtime draws from the system is written
// over with values derived from the seed, before the first recorded map.
// Maps made earlier lose their entries by this; the recorder uses none.
package main

// splitmix is the recorder's own generator (Steele, Lea and Flood's
// SplitMix64): program choices and all seeding.
type splitmix uint64

func (s *splitmix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number in [0, n).
func (s *splitmix) below(n int) int {
	if n <= 1 {
		return 0
	}
	return int(s.next() % uint64(n))
}

// percent is true in p of 100 cases.
func (s *splitmix) percent(p int) bool { return s.below(100) < p }

// mixed is a fixed scrambling of two numbers.
func mixed(a, b uint64) uint64 {
	s := splitmix(a*0x9e3779b97f4a7c15 ^ b)
	s.next()
	return s.next()
}

// seedHashing overwrites the hash keys of the process. Versions up to 1.22
// keep the portable hash's keys odd, 1.23 does not.
func seedHashing(seed uint64, odd bool) {
	s := splitmix(seed ^ 0x68617368)
	for i := range aeskeysched {
		aeskeysched[i] = byte(s.next())
	}
	for i := range hashkey {
		hashkey[i] = uintptr(s.next())
		if odd {
			hashkey[i] |= 1
		}
	}
}
