package prelude

import (
	"sync"
)

// simPool has the objects of one pointer type by name, for names with the counter in them.
type simPool[P any] struct {
	mu    sync.Mutex
	known map[string]P
	fresh func() P
}

func simNewPool[P any](known map[string]P, fresh func() P) *simPool[P] {
	return &simPool[P]{known: known, fresh: fresh}
}

func (p *simPool[P]) at(name string) P {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.known[name]; !ok {
		p.known[name] = p.fresh()
	}
	return p.known[name]
}
