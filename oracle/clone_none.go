//go:build !go1.21

// Go 1.19 has no maps.Clone.
package main

const hasClone = false

func mapclone(t *maptype, h *hmap) *hmap { panic("no clone in this Go version") }
