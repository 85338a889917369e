// Range loops of real Go (1.19 to 1.23) that miss entries, yield entries
// twice, or crash. Plain sequential Go, no unsafe, no data race:
//
//	go run range-over-growth.go
//
// Each experiment ranges over a map and, in the body, deletes and inserts
// keys. The language says: an entry that is there from start to end is
// produced exactly once, one made meanwhile at most once.
// docs/DISCOVERIES.md explains why it is not so.
package main

import (
	"fmt"
	"math"
	"math/rand"
	"runtime"
)

// loop is one range loop: keys 0 to kept-1 are never touched by its body.
type loop struct {
	kept, next, oldest int
	rnd                *rand.Rand
}

// churn deletes the oldest of the other keys and inserts a new one, n times.
func (l *loop) churn(n int, remove, insert func(int)) {
	for ; n > 0; n-- {
		remove(l.oldest)
		insert(l.next)
		l.oldest++
		l.next++
	}
}

// some is a number of operations: often none, sometimes enough for two grows.
func (l *loop) some() int {
	if l.rnd.Intn(3) > 0 {
		return 0
	}
	return l.rnd.Intn(1 + l.rnd.Intn(600))
}

func newLoop(run, kept, others int) *loop {
	return &loop{kept: kept, next: kept + others, oldest: kept, rnd: rand.New(rand.NewSource(int64(run)))}
}

// count adds the kept keys that were not seen exactly once.
func (l *loop) count(seen map[int]int, missed, twice *int) {
	for i := 0; i < l.kept; i++ {
		switch n := seen[i]; {
		case n == 0:
			*missed++
		case n > 1:
			*twice++
		}
	}
}

// doubled: the loop begins while the map grows to twice its size, and its
// first body goes on until a same-size grow may have begun.
func doubled(run int) (missed, twice, crashed int) {
	first, full := 27, 51 // the 27th key starts the grow to 8 buckets
	if runtime.Version()[:6] == "go1.21" {
		first, full = 25, 47 // its load limit is 6, not 6.5
	}
	l := newLoop(run, 12, first-12)
	m := map[int]int{}
	for i := 0; i < first; i++ {
		m[i] = i
	}
	seen := map[int]int{}
	for k := range m {
		seen[k]++
		if len(m) == first {
			for ; len(m) < full; l.next++ {
				m[l.next] = l.next
			}
			l.churn(l.rnd.Intn(1000), func(i int) { delete(m, i) }, func(i int) { m[i] = i })
		}
	}
	l.count(seen, &missed, &twice)
	return
}

// strings: keys with pointers; the loop outlives one same-size grow and is
// caught in a bucket of the next.
func strings(run int) (missed, twice, crashed int) {
	l := newLoop(run, 8, 16)
	name := func(i int) string { return fmt.Sprint("key ", i) }
	number := map[string]int{}
	m := map[string]int{}
	for i := 0; i < 24; i++ {
		m[name(i)] = i
		number[name(i)] = i
	}
	seen := map[int]int{}
	for k, v := range m {
		if name(v) == k {
			seen[v]++
		}
		l.churn(l.some(), func(i int) { delete(m, name(i)) }, func(i int) { m[name(i)] = i })
	}
	l.count(seen, &missed, &twice)
	return
}

// big: the same with keys above 128 bytes, which are stored as pointers.
func big(run int) (missed, twice, crashed int) {
	l := newLoop(run, 8, 16)
	key := func(i int) (k [200]byte) {
		k[0], k[1], k[2] = byte(i), byte(i>>8), byte(i>>16)
		return
	}
	m := map[[200]byte]int{}
	for i := 0; i < 24; i++ {
		m[key(i)] = i
	}
	seen := map[int]int{}
	defer func() {
		if e := recover(); e != nil {
			missed, twice, crashed = 0, 0, 1
		}
	}()
	for _, v := range m {
		seen[v]++
		l.churn(l.some(), func(i int) { delete(m, key(i)) }, func(i int) { m[key(i)] = i })
	}
	l.count(seen, &missed, &twice)
	return
}

// nans: a crowd of NaN keys, told apart by their values.
func nans(run int) (missed, twice, crashed int) {
	l := newLoop(run, 8, 16)
	m := map[float64]int{}
	for i := 0; i < 24; i++ {
		if i < 8 {
			m[math.NaN()] = i
		} else {
			m[float64(i)] = i
		}
	}
	l.churn(l.rnd.Intn(400), func(i int) { delete(m, float64(i)) }, func(i int) { m[float64(i)] = i })
	seen := map[int]int{}
	for _, v := range m {
		seen[v]++
		l.churn(l.some(), func(i int) { delete(m, float64(i)) }, func(i int) { m[float64(i)] = i })
	}
	l.count(seen, &missed, &twice)
	return
}

// refilled: once, the body empties the map, which so gets another seed for
// its hashes, and fills it again. Only entries made by that are counted, and
// only twice: an entry made during the loop need not be produced.
func refilled(run int) (missed, twice, crashed int) {
	l := newLoop(run, 20, 26)
	m := map[int]int{}
	remove, insert := func(i int) { delete(m, i) }, func(i int) { m[i] = i }
	for i := 0; i < l.next; i++ {
		insert(i)
	}
	var seen map[int]int
	at := l.rnd.Intn(4)
	for k := range m {
		if seen != nil {
			seen[k]++
			if l.rnd.Intn(2) == 0 {
				l.churn(l.rnd.Intn(20), remove, insert)
			}
		} else if at--; at < 0 {
			l.churn(l.rnd.Intn(2000), remove, insert)
			for i := 0; i < l.next; i++ {
				remove(i)
			}
			for i := 0; i < l.kept; i++ {
				insert(i)
			}
			for l.oldest = l.next; l.next < l.oldest+26; l.next++ {
				insert(l.next)
			}
			seen = map[int]int{}
			l.churn(l.rnd.Intn(2000), remove, insert)
		}
	}
	for i := 0; i < l.kept; i++ {
		if seen[i] > 1 {
			twice++
		}
	}
	return
}

// empty removes every entry: 1.21 and later call it clear. On a line of its
// own it compiles to a call of the runtime's mapclear.
//
//go:noinline
func empty(m map[int]int) {
	for k := range m {
		delete(m, k)
	}
}

// cleared: once, the body clears the map and inserts other keys. Nothing
// grows. Only the new entries are counted, and only twice.
func cleared(run, others int) (missed, twice, crashed int) {
	const entries = 90 // in 16 buckets, so that some need an overflow bucket
	m := make(map[int]int, entries)
	for i := 0; i < entries; i++ {
		m[i] = i
	}
	at := run % entries
	seen := map[int]int{}
	for k := range m {
		seen[k]++
		if at--; at == -1 {
			empty(m)
			for i := 0; i < others; i++ {
				m[entries+i] = i
			}
		}
	}
	for i := entries; i < entries+others; i++ {
		if seen[i] > 1 {
			twice++
		}
	}
	return
}

func main() {
	const runs = 15000
	fmt.Println(runtime.Version(), "- of", runs, "loops each; every number should be 0")
	for _, e := range []struct {
		name string
		run  func(int) (int, int, int)
	}{
		{"map[int]int, begun while it doubles", doubled},
		{"map[string]int", strings},
		{"map[[200]byte]int", big},
		{"map[float64]int with NaN keys", nans},
		{"map[int]int, emptied and filled again", refilled},
		{"map[int]int, cleared and filled again", func(run int) (int, int, int) { return cleared(run, 90) }},
		{"map[int]int, cleared, 8 new entries", func(run int) (int, int, int) { return cleared(run, 8) }},
	} {
		var missed, twice, crashed int
		for run := 0; run < runs; run++ {
			m, t, c := e.run(run)
			missed, twice, crashed = missed+m, twice+t, crashed+c
		}
		fmt.Printf("%-38s entries missed %5d   entries twice %5d   loops that crashed %4d\n", e.name, missed, twice, crashed)
	}
}
