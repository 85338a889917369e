package prelude

// simPlace gives an object of any type an address of its own, and 16 bytes.
type simPlace[T any] struct {
	value T
	_     [2]uint64
}

//go:noinline
func simRead[T any](p *T) T { return *p }
