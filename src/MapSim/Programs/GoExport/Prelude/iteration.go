package prelude

import (
	"reflect"
)

// simRange is the range oracle over one iteration: an entry that lives from start to end comes once, one that is
// deleted before it is reached never, one made meanwhile at most once, and what comes is the present key and elem.
type simRange[K, V any] struct {
	owner   *simMap[K, V]
	at      simAt
	model   *simModel[K, V]
	atStart []*simEntry[K, V]
	yielded map[*simEntry[K, V]]bool
	nans    []simCount[K, V] // entries that do not equal themselves are counted by their bits
	clears  int
	count   int
	left    bool
}

type simCount[K, V any] struct {
	key  K
	elem V
	n    int
}

// begin starts the oracle before the iteration starts.
func (m *simMap[K, V]) begin(at simAt) *simRange[K, V] {
	r := &simRange[K, V]{owner: m, at: at, model: m.model}
	if m.model != nil {
		r.atStart = append(r.atStart, m.model.alive...)
		r.yielded = make(map[*simEntry[K, V]]bool)
		r.clears = m.model.clears
	}
	return r
}

// known is the public issue that may explain a dead entry, or an entry that comes twice.
func (r *simRange[K, V]) known(nan bool) string {
	switch {
	case r.clears == r.model.clears:
		return ""
	case simRelease() == "1.19" || simRelease() == "1.20":
		return "59411"
	case nan:
		return "70189"
	}
	return ""
}

func (r *simRange[K, V]) yield(key K, elem V) {
	r.count++
	if r.model == nil {
		return
	}
	if !r.owner.ops.equal(key, key) {
		r.yieldNaN(key, elem)
		return
	}
	var entry *simEntry[K, V]
	for _, e := range r.model.alive {
		if r.owner.ops.equal(e.key, key) {
			entry = e
			break
		}
	}
	switch {
	case entry == nil:
		r.dead(key, elem)
	case !simSame(entry.key, key) || !simSame(entry.elem, elem):
		r.owner.run.broke(r.at, "iter-stale", r.known(false), "yielded %v: %v, the entry is %v: %v", key, elem, entry.key, entry.elem)
	case r.yielded[entry]:
		r.owner.run.broke(r.at, "iter-duplicate", r.known(false), "yielded %v: %v twice", key, elem)
	}
	r.yielded[entry] = true
}

func (r *simRange[K, V]) dead(key K, elem V) {
	for _, e := range r.model.dead {
		if r.owner.ops.equal(e.key, key) {
			r.owner.run.broke(r.at, "iter-dead", r.known(false), "yielded %v: %v, which was deleted before", key, elem)
		}
	}
	r.owner.run.broke(r.at, "iter-unknown", "", "yielded %v: %v, which never was in the map", key, elem)
}

func (r *simRange[K, V]) looks(e *simEntry[K, V], key K, elem V) bool {
	return !r.owner.ops.equal(e.key, e.key) && simSame(e.key, key) && simSame(e.elem, elem)
}

func (r *simRange[K, V]) nan(key K, elem V) *simCount[K, V] {
	for i := range r.nans {
		if simSame(r.nans[i].key, key) && simSame(r.nans[i].elem, elem) {
			return &r.nans[i]
		}
	}
	r.nans = append(r.nans, simCount[K, V]{key: key, elem: elem})
	return &r.nans[len(r.nans)-1]
}

// yieldNaN: only clear ends such entries; ones made after it count anew.
func (r *simRange[K, V]) yieldNaN(key K, elem V) {
	alive, dead := 0, 0
	for _, e := range r.model.alive {
		if r.looks(e, key, elem) {
			alive++
		}
	}
	for _, e := range r.model.dead {
		if r.looks(e, key, elem) {
			dead++
		}
	}
	count := r.nan(key, elem)
	count.n++
	switch {
	case alive == 0 && dead == 0:
		r.owner.run.broke(r.at, "iter-unknown", "", "yielded %v: %v, which never was in the map", key, elem)
	case alive == 0:
		r.owner.run.broke(r.at, "iter-dead", r.known(true), "yielded %v: %v, which was cleared before", key, elem)
	case count.n > alive+dead:
		r.owner.run.broke(r.at, "iter-duplicate", r.known(true), "yielded %v: %v %d times, there are %d such entries", key, elem, count.n, alive)
	}
}

// leave: the program leaves the loop before its end, so that nothing is missed.
func (r *simRange[K, V]) leave() { r.left = true }

// end judges the end of the iteration.
func (r *simRange[K, V]) end() *simResult[int] {
	owed := 0
	for _, e := range r.atStart {
		if r.left || !e.alive {
			continue
		}
		if r.owner.ops.equal(e.key, e.key) {
			if !r.yielded[e] {
				r.owner.run.broke(r.at, "iter-miss", "", "%v: %v was not yielded", e.key, e.elem)
			}
			continue
		}
		owed = 0
		for _, other := range r.atStart {
			if other.alive && r.looks(other, e.key, e.elem) {
				owed++
			}
		}
		if n := r.nan(e.key, e.elem).n; n < owed {
			r.owner.run.broke(r.at, "iter-miss", "", "%v: %v was yielded %d times, there are %d such entries", e.key, e.elem, n, owed)
		}
	}
	return simValue(r.owner.run, r.at, r.count)
}

// simIter is an iteration that stands still between operations; reflect's iterator is the one of range loops.
type simIter[K, V any] struct {
	oracle *simRange[K, V]
	real   *reflect.MapIter
	ended  bool
	key    K
	elem   V
}

func (m *simMap[K, V]) iter(at simAt) *simIter[K, V] {
	i := &simIter[K, V]{oracle: m.begin(at), real: m.ops.iter()}
	i.next(at)
	return i
}

func (i *simIter[K, V]) next(at simAt) {
	if i == nil || i.ended {
		return
	}
	i.oracle.at = at
	var zeroKey K
	var zeroElem V
	i.key, i.elem = zeroKey, zeroElem
	message, failed := simTry(func() { i.ended = !i.real.Next() })
	i.oracle.owner.run.ended(at, "", message, failed)
	if i.ended {
		i.oracle.end()
		return
	}
	reflect.ValueOf(&i.key).Elem().Set(i.real.Key())
	reflect.ValueOf(&i.elem).Elem().Set(i.real.Value())
	i.oracle.yield(i.key, i.elem)
}
