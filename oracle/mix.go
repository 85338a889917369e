//go:build !go1.24

// One random step by weights, and the profiles that are made of such steps:
// mixed, noaes, iter, churn, tiny, grow.
package main

// mix gives the weights of the operations of a step.
type mix struct{ assign, delete, lookup, iterate, advance, clear, clone int }

// step does one operation on m. fresh is the percentage of assignments that
// use a new key.
func (p *program) step(m *liveMap, w mix, fresh int) {
	n := p.rng.below(w.assign + w.delete + w.lookup + w.iterate + w.advance + w.clear + w.clone)
	pick := func(weight int) bool {
		n -= weight
		return n < 0
	}
	some := func(present int) uint64 {
		if p.rng.percent(present) {
			return p.presentKey(m)
		}
		return p.anyKey()
	}
	switch {
	case pick(w.assign):
		if p.rng.percent(fresh) {
			p.assign(m, p.newKey(m))
		} else {
			p.assign(m, p.anyKey())
		}
	case pick(w.delete):
		p.delete(m, some(75))
	case pick(w.lookup):
		p.lookup(m, some(60))
	case pick(w.iterate):
		p.iterate(m)
	case pick(w.advance):
		p.advance(m)
	case pick(w.clear):
		p.clear(m)
	default:
		p.moveTo(p.clone(m))
	}
}

// moveTo goes on with a clone, or stays.
func (p *program) moveTo(m *liveMap) {
	if p.rng.percent(60) {
		p.cur = m
	}
}

// moods are the weights between which the mixed program changes.
var moods = []mix{
	{assign: 70, delete: 8, lookup: 8, iterate: 2, advance: 12},
	{assign: 30, delete: 52, lookup: 5, iterate: 1, advance: 12},
	{assign: 48, delete: 44, lookup: 3, iterate: 1, advance: 4},
	{assign: 20, delete: 10, lookup: 50, iterate: 4, advance: 16},
	{assign: 6, delete: 4, lookup: 2, iterate: 3, advance: 85},
	{assign: 40, delete: 36, lookup: 8, iterate: 3, advance: 10, clear: 1, clone: 2},
}

// hint is a random argument of make.
func (p *program) hint(max int) int {
	if p.rng.percent(40) {
		return -1
	}
	return p.rng.below(max)
}

func mixedProgram(p *program) {
	p.space = uint64(120 + p.rng.below(300))
	p.hotRate = 60
	p.make(p.hint(60))
	for first := true; !p.done(); first = false {
		w := moods[p.rng.below(len(moods))]
		if first {
			w = moods[0]
		}
		for left := 20 + p.rng.below(150); left > 0 && !p.done(); left-- {
			p.step(p.cur, w, 30)
		}
		if p.rng.percent(4) || p.cur.h.count > 1500 {
			p.make(p.hint(120))
		}
	}
}

func iterProgram(p *program) {
	p.space = uint64(20 + p.rng.below(150))
	p.hotRate = 70
	p.oddities /= 2
	p.make(-1)
	for !p.done() {
		w := mix{assign: 20, delete: 8, lookup: 2, iterate: 4, advance: 66}
		switch p.rng.below(5) {
		case 0:
			w = mix{assign: 55, delete: 5, lookup: 2, iterate: 6, advance: 32}
		case 1:
			w = mix{assign: 20, delete: 45, lookup: 2, iterate: 5, advance: 27, clear: 1, clone: 1}
		}
		for left := 20 + p.rng.below(100); left > 0 && !p.done(); left-- {
			p.step(p.cur, w, 20)
		}
		if p.rng.percent(4) || p.cur.h.count > 800 {
			p.make(p.hint(40))
		}
	}
}

// churnProgram keeps the number of entries and replaces them, until overflow
// buckets force a grow of the same size; after some time it takes a new map.
func churnProgram(p *program) {
	p.oddities /= 6
	p.hotRate = 75
	for hint := 20; !p.done(); hint = []int{20, 40, 80, 160}[p.rng.below(4)] {
		p.make(hint)
		for left := 400 + 8*hint; left > 0 && p.cur.h.B < 6 && !p.done(); left-- {
			p.churn(p.cur)
		}
	}
}

func (p *program) churn(m *liveMap) {
	switch {
	case p.rng.percent(7):
		p.step(m, mix{lookup: 40, iterate: 12, advance: 48, clone: 1}, 0)
	case len(m.keys.list) >= limit(m.h.B)-1-p.rng.below(3):
		p.delete(m, p.presentKey(m))
	case p.rng.percent(95):
		p.assign(m, p.newKey(m))
	default:
		p.step(m, mix{assign: 1, delete: 1}, 50)
	}
}

// tinyProgram stays in one bucket.
func tinyProgram(p *program) {
	p.space = 14
	p.oddities /= 2
	p.make(-1)
	for !p.done() {
		if len(p.cur.keys.list) >= 8 {
			p.delete(p.cur, p.presentKey(p.cur))
			continue
		}
		p.step(p.cur, mix{assign: 33, delete: 15, lookup: 30, iterate: 7, advance: 12, clear: 2, clone: 3}, 5)
		if p.cur.h.B > 2 {
			p.make(p.hint(8))
		}
	}
}

func growProgram(p *program) {
	p.oddities /= 6
	p.make(-1)
	for !p.done() {
		if p.rng.percent(94) {
			p.assign(p.cur, p.freshKey())
			continue
		}
		p.step(p.cur, mix{assign: 1, lookup: 6, iterate: 1, advance: 4}, 0)
	}
}
