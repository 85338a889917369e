//go:build !go1.24

// The runtime's own functions and variables, reached by linkname. Bodies
// come from the runtime; empty.s makes the declarations legal. Go 1.23 needs
// -ldflags=-checklinkname=0.
package main

import "unsafe"

//go:linkname makemap runtime.makemap
func makemap(t *maptype, hint int, h *hmap) *hmap

//go:linkname makemapSmall runtime.makemap_small
func makemapSmall() *hmap

//go:linkname mapclear runtime.mapclear
func mapclear(t *maptype, h *hmap)

//go:linkname mapiterinit runtime.mapiterinit
func mapiterinit(t *maptype, h *hmap, it *hiter)

//go:linkname mapiternext runtime.mapiternext
func mapiternext(it *hiter)

//go:linkname mapassign runtime.mapassign
func mapassign(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapassignFast32 runtime.mapassign_fast32
func mapassignFast32(t *maptype, h *hmap, key uint32) unsafe.Pointer

//go:linkname mapassignFast32ptr runtime.mapassign_fast32ptr
func mapassignFast32ptr(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapassignFast64 runtime.mapassign_fast64
func mapassignFast64(t *maptype, h *hmap, key uint64) unsafe.Pointer

//go:linkname mapassignFast64ptr runtime.mapassign_fast64ptr
func mapassignFast64ptr(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapassignFaststr runtime.mapassign_faststr
func mapassignFaststr(t *maptype, h *hmap, key string) unsafe.Pointer

//go:linkname mapaccess1 runtime.mapaccess1
func mapaccess1(t *maptype, h *hmap, key unsafe.Pointer) unsafe.Pointer

//go:linkname mapaccess1Fat runtime.mapaccess1_fat
func mapaccess1Fat(t *maptype, h *hmap, key, zero unsafe.Pointer) unsafe.Pointer

//go:linkname mapaccess1Fast32 runtime.mapaccess1_fast32
func mapaccess1Fast32(t *maptype, h *hmap, key uint32) unsafe.Pointer

//go:linkname mapaccess1Fast64 runtime.mapaccess1_fast64
func mapaccess1Fast64(t *maptype, h *hmap, key uint64) unsafe.Pointer

//go:linkname mapaccess1Faststr runtime.mapaccess1_faststr
func mapaccess1Faststr(t *maptype, h *hmap, key string) unsafe.Pointer

//go:linkname mapaccess2 runtime.mapaccess2
func mapaccess2(t *maptype, h *hmap, key unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname mapaccess2Fat runtime.mapaccess2_fat
func mapaccess2Fat(t *maptype, h *hmap, key, zero unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname mapaccess2Fast32 runtime.mapaccess2_fast32
func mapaccess2Fast32(t *maptype, h *hmap, key uint32) (unsafe.Pointer, bool)

//go:linkname mapaccess2Fast64 runtime.mapaccess2_fast64
func mapaccess2Fast64(t *maptype, h *hmap, key uint64) (unsafe.Pointer, bool)

//go:linkname mapaccess2Faststr runtime.mapaccess2_faststr
func mapaccess2Faststr(t *maptype, h *hmap, key string) (unsafe.Pointer, bool)

//go:linkname mapdelete runtime.mapdelete
func mapdelete(t *maptype, h *hmap, key unsafe.Pointer)

//go:linkname mapdeleteFast32 runtime.mapdelete_fast32
func mapdeleteFast32(t *maptype, h *hmap, key uint32)

//go:linkname mapdeleteFast64 runtime.mapdelete_fast64
func mapdeleteFast64(t *maptype, h *hmap, key uint64)

//go:linkname mapdeleteFaststr runtime.mapdelete_faststr
func mapdeleteFaststr(t *maptype, h *hmap, key string)

// acquirem pins the goroutine to its M, and is the way to learn that M.
//
//go:linkname acquirem runtime.acquirem
func acquirem() unsafe.Pointer

//go:linkname releasem runtime.releasem
func releasem(m unsafe.Pointer)

//go:linkname useAeshash runtime.useAeshash
var useAeshash bool

//go:linkname aeskeysched runtime.aeskeysched
var aeskeysched [ptrSize / 4 * 64]byte

//go:linkname hashkey runtime.hashkey
var hashkey [4]uintptr
