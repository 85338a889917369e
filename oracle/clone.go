//go:build go1.21 && !go1.24

// maps.Clone of Go 1.21 and later ends in this runtime function.
package main

import _ "unsafe" // for linkname

const hasClone = true

//go:linkname mapclone runtime.mapclone2
func mapclone(t *maptype, h *hmap) *hmap
