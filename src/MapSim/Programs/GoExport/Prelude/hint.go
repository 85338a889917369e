package prelude

// simHint is a hint for make that the compiler does not see: it would refuse a negative one.
//
//go:noinline
func simHint(n int64) int64 { return n }

// simFunc is a func that is not nil.
func simFunc() {}
