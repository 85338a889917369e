package prelude

// simPanics is a value whose evaluation panics.
func simPanics[V any]() (v V) {
	zero := 0
	_ = 1 / zero
	return v
}

// assignPanics: the elem panics, so nothing may be assigned; it comes before what a nil map or the key would say.
func (m *simMap[K, V]) assignPanics(at simAt, assign func()) {
	m.begins()
	message, failed := simTry(assign)
	m.run.ended(at, "runtime error: integer divide by zero", message, failed)
	m.ends(at, "panic")
}
