//go:build !go1.24

// The runtime's structs as this program sees them. dwarf.go compares every
// offset below with the debug information of the running executable, so a
// mirror that is wrong for this toolchain never touches memory.
package main

import "unsafe"

const (
	ptrSize     = unsafe.Sizeof(uintptr(0))
	slots       = 8 // entries in a bucket
	dataOffset  = 8 // keys begin after the tophash bytes
	emptyRest   = 0
	emptyOne    = 1
	evacX       = 2
	evacEmpty   = 4
	flagSame    = 8 // hmap.flags: the grow in progress keeps the size
	indirectKey = 1 // maptype.flags
	indirectVal = 2
	reflexive   = 4
	mayPanic    = 16
)

type hmap struct {
	count      int
	flags      uint8
	B          uint8
	noverflow  uint16
	hash0      uint32
	buckets    unsafe.Pointer
	oldbuckets unsafe.Pointer
	nevacuate  uintptr
	extra      *mapextra
}

// mapextra.overflow and oldoverflow point to slice headers; the header's
// address is what gives a slice its V number.
type mapextra struct {
	overflow     *[]unsafe.Pointer
	oldoverflow  *[]unsafe.Pointer
	nextOverflow unsafe.Pointer
}

type hiter struct {
	key         unsafe.Pointer
	elem        unsafe.Pointer
	t           unsafe.Pointer
	h           unsafe.Pointer
	buckets     unsafe.Pointer
	bptr        unsafe.Pointer
	overflow    *[]unsafe.Pointer
	oldoverflow *[]unsafe.Pointer
	startBucket uintptr
	offset      uint8
	wrapped     bool
	B           uint8
	i           uint8
	bucket      uintptr
	checkBucket uintptr
}

// rtype is the start of every type descriptor.
type rtype struct {
	size       uintptr
	ptrdata    uintptr
	hash       uint32
	tflag      uint8
	align      uint8
	fieldAlign uint8
	kind       uint8
	equal      func(a, b unsafe.Pointer) bool
	gcdata     unsafe.Pointer
	str        int32
	ptrToThis  int32
}

type maptype struct {
	typ        rtype
	key        *rtype
	elem       *rtype
	bucket     *rtype
	hasher     func(key unsafe.Pointer, seed uintptr) uintptr
	keysize    uint8
	elemsize   uint8
	bucketsize uint16
	flags      uint32
}

// at reads the value of type V that lies off bytes after p.
func at[V any](p unsafe.Pointer, off uintptr) *V {
	return (*V)(unsafe.Pointer(uintptr(p) + off))
}

// bytesAt views n bytes of memory as a slice.
func bytesAt(p unsafe.Pointer, n uintptr) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(p), int(n))
}
