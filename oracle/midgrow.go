//go:build !go1.24

// Profiles about grows: midgrow (everything happens while old buckets
// remain) and evac1024 (the evacuation mark jumps over 1024 buckets that
// were evacuated before their turn).
package main

func midgrowProgram(p *program) {
	p.space = 400
	p.hotRate = 50
	p.make(-1)
	top := uint8(4 + p.rng.below(3))
	for !p.done() {
		m := p.cur
		if growing(m) {
			p.step(m, mix{assign: 12, delete: 8, lookup: 16, iterate: 12, advance: 60, clear: 1, clone: 2}, 30)
			continue
		}
		w := mix{assign: 80, delete: 12, lookup: 3, iterate: 2, advance: 4}
		if m.h.B == top { // exchange entries: the next grow keeps the size
			w = mix{assign: 50, delete: 49, lookup: 3, iterate: 2, advance: 4}
		}
		p.step(m, w, 60)
		switch {
		case m.h.B > top && p.rng.percent(4):
			p.clear(m)
			p.make(p.hint(20))
			top = uint8(4 + p.rng.below(3))
		case m.h.B == top && p.rng.percent(1) && p.rng.percent(40):
			p.clear(m)
		}
	}
}

// evacB is the size before the grow of evac1024: the block of evacuated
// buckets and the way of the mark to it need about 2100 old buckets.
const evacB = 12

// evacProgram needs more operations than asked for: it must fill the map.
func evacProgram(p *program) {
	p.oddities = 0
	after := p.ops / 4
	b := uint8(evacB)
	for b > 1 && uint64(limit(b)+limit(b)/8) >= p.r.k.universe {
		b-- // small key types: the same program, without the long jump
	}
	m := p.make(limit(b-1) + 1)
	p.ops = 1 << 30
	p.iterate(m)
	tries := 4 * limit(b)
	for ; tries > 0 && !growing(m); tries-- {
		p.assign(m, p.freshKey())
		if m.h.count == limit(b)-1 {
			p.iterate(m)
		}
	}
	p.evacuateAhead(m)
	p.ops = p.r.n + after
	for !p.done() {
		p.step(m, mix{assign: 30, delete: 30, lookup: 20, iterate: 4, advance: 16}, 30)
	}
}

// evacuateAhead touches old buckets downwards, so that the mark, which goes
// up by one each time, meets a block of evacuated ones.
func (p *program) evacuateAhead(m *liveMap) {
	if !growing(m) {
		return
	}
	old := uintptr(1) << (m.h.B - 1)
	byBucket := make([][]uint64, old)
	for _, n := range m.keys.list {
		b := p.hashOf(m, n) & (old - 1)
		byBucket[b] = append(byBucket[b], n)
	}
	target := m.h.nevacuate + old/2 + 60
	if old > 2200 {
		target = m.h.nevacuate + 2*1040
	}
	if target >= old {
		target = old - 1
	}
	for ; growing(m) && target > m.h.nevacuate; target-- {
		was := m.h.nevacuate
		if list := byBucket[target]; len(list) > 0 && m.keys.has(list[0]) {
			if p.rng.percent(50) {
				p.assign(m, list[0])
			} else {
				p.delete(m, list[0])
			}
		} else {
			key, _ := p.colliding(m, 1<<17, func(hash uintptr) bool { return hash&(old-1) == target })
			p.delete(m, key)
		}
		if m.h.nevacuate > was+1024 {
			return
		}
	}
}
