package prelude

import (
	"fmt"
	"reflect"
	"unsafe"
)

// simHmap is the runtime's hmap.
type simHmap struct {
	count      int
	flags      uint8
	B          uint8
	noverflow  uint16
	hash0      uint32
	buckets    unsafe.Pointer
	oldbuckets unsafe.Pointer
	nevacuate  uintptr
	extra      *simMapextra
}

// simMapextra is the runtime's mapextra.
type simMapextra struct {
	overflow     *[]unsafe.Pointer
	oldoverflow  *[]unsafe.Pointer
	nextOverflow unsafe.Pointer
}

// simBmap is the part of a bucket that is the same for all types: its tophashes.
type simBmap struct {
	tophash [8]uint8
}

const (
	simEmptyOne       = 1
	simEvacuatedX     = 2
	simEvacuatedEmpty = 4
	simMinTopHash     = 5
	simHashWriting    = 4
	simSameSizeGrow   = 8
)

// simShape is what the simulator believes of a map type.
type simShape struct {
	key, elem, overflow, bucket uintptr
	flags                       uint32
}

// simMaptype is the runtime's type descriptor of a map.
type simMaptype struct {
	_        [4*unsafe.Sizeof(uintptr(0)) + 16]byte
	_        [3]unsafe.Pointer
	hasher   func(unsafe.Pointer, uintptr) uintptr
	keySlot  uint8
	elemSlot uint8
	bucket   uint16
	flags    uint32
}

// simDataWord is the data word of a map in an interface: the address of its header.
func simDataWord(m interface{}) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&m))[1]
}

// simHeader looks at a map's memory after every operation, and remembers what it was before.
type simHeader struct {
	run     *simRun
	shape   simShape
	load    int // entries a bucket times 2: the load limit
	at      func() unsafe.Pointer
	count   int
	b       int
	growing bool
	same    bool // a grow to the same size was seen: its begin depends on the hash
	writes  int  // operations since the last grow began; each evacuates one or two buckets
}

func simNewHeader(run *simRun, m interface{}, shape simShape, load int) *simHeader {
	typ := reflect.TypeOf(m)
	descriptor := (*simMaptype)((*[2]unsafe.Pointer)(unsafe.Pointer(&typ))[1])
	found := simShape{uintptr(descriptor.keySlot), uintptr(descriptor.elemSlot), uintptr(descriptor.bucket) - unsafe.Sizeof(uintptr(0)), uintptr(descriptor.bucket), descriptor.flags}
	if found != shape {
		run.broke(simLine(0), "structure/type", "", "the map type %v has %+v, expected %+v", typ, found, shape)
	}
	return &simHeader{run: run, shape: shape, load: load}
}

func (h *simHeader) header() *simHmap { return (*simHmap)(h.at()) }

// before keeps what the header says before an operation.
func (h *simHeader) before() {
	if p := h.header(); p != nil {
		h.count, h.b, h.growing = p.count, int(p.B), p.oldbuckets != nil
	} else {
		h.count, h.b, h.growing = 0, 0, false
	}
}

// over says whether so many entries are too many for 2^b buckets.
func (h *simHeader) over(count, b int) bool {
	return count > 8 && uint64(count) > uint64(h.load)*(uint64(1)<<uint(b)/2)
}

func (h *simHeader) after(at simAt, operation string, entries int) {
	p := h.header()
	if p == nil {
		h.check(at, entries == 0, "header/nil", "%d entries in a map without a header", entries)
		return
	}
	if operation == "clone" {
		h.count, h.b, h.growing, h.same = p.count, int(p.B), p.oldbuckets != nil, true
	}
	h.check(at, p.count == entries, "header/count", "count is %d, expected %d", p.count, entries)
	h.check(at, p.flags&simHashWriting == 0, "header/flags", "the flag of a writer is set after %s", operation)
	h.growth(at, p, operation)
	if !h.run.hunts {
		h.walk(at, p)
	}
}

// growth checks what the load alone decides, and follows what it does not.
func (h *simHeader) growth(at simAt, p *simHmap, operation string) {
	b, growing, inserted := int(p.B), p.oldbuckets != nil, p.count > h.count
	same := p.flags&simSameSizeGrow != 0
	doubled := b == h.b+1
	h.check(at, b == h.b || doubled && inserted, "growth/B", "B went from %d to %d in %s", h.b, b, operation)
	h.check(at, !doubled || h.over(h.count+1, h.b), "growth/early", "B went from %d to %d with %d entries", h.b, b, h.count)
	if inserted && !h.growing {
		h.check(at, doubled == h.over(h.count+1, h.b), "growth/late", "%d entries, B went from %d to %d", h.count+1, h.b, b)
	}
	if inserted && !growing {
		h.check(at, !h.over(p.count, b), "growth/load", "%d entries with B %d, and no grow", p.count, b)
	}
	h.same = h.same || same
	switch {
	case doubled:
		h.writes = 1
	case operation == "assign" || operation == "delete" && h.count > 0:
		h.writes++
	}
	h.count, h.b, h.growing = p.count, b, growing
}

// walk goes through every bucket: live cells are counted, tophashes must be legal.
func (h *simHeader) walk(at simAt, p *simHmap) {
	live, n := 0, uintptr(1)<<p.B
	for i := uintptr(0); i < n && p.buckets != nil; i++ {
		count, evacuated := h.chain(at, unsafe.Add(p.buckets, i*h.shape.bucket), fmt.Sprintf("bucket %d", i))
		h.check(at, !evacuated, "structure/evacuated", "bucket %d of the present array is marked as evacuated", i)
		live += count
	}
	if p.oldbuckets != nil && p.flags&simSameSizeGrow == 0 {
		n /= 2
	}
	for i := uintptr(0); i < n && p.oldbuckets != nil; i++ {
		count, evacuated := h.chain(at, unsafe.Add(p.oldbuckets, i*h.shape.bucket), fmt.Sprintf("old bucket %d", i))
		h.check(at, evacuated || i >= p.nevacuate, "structure/nevacuate", "old bucket %d is not evacuated, nevacuate is %d", i, p.nevacuate)
		live += count
	}
	h.check(at, live == p.count, "structure/live", "%d live cells, count is %d", live, p.count)
}

// chain counts the live cells of a bucket and its overflow buckets. Either all cells are evacuated, or none is.
func (h *simHeader) chain(at simAt, bucket unsafe.Pointer, name string) (live int, evacuated bool) {
	rest, marks, cells := false, 0, 0
	for ; bucket != nil; bucket = *(*unsafe.Pointer)(unsafe.Add(bucket, h.shape.overflow)) {
		for _, top := range (*simBmap)(bucket).tophash {
			cells++
			switch {
			case top >= simMinTopHash:
				live++
				h.check(at, !rest, "structure/rest", "%s has a live cell behind emptyRest", name)
			case top >= simEvacuatedX && top <= simEvacuatedEmpty:
				marks++
			case top < simEmptyOne:
				rest = true
			default:
				h.check(at, !rest, "structure/rest", "%s has emptyOne behind emptyRest", name)
			}
		}
	}
	h.check(at, marks == 0 || marks == cells, "structure/marks", "%s has %d cells of %d marked as evacuated", name, marks, cells)
	return live, marks > 0
}

func (h *simHeader) check(at simAt, holds bool, rule, format string, args ...interface{}) {
	if !holds {
		h.run.broke(at, rule, "", format, args...)
	}
}

// isCount, isB and isGrowing compare what the file says, if the load alone decides it.
func (h *simHeader) isCount(at simAt, want uint64) {
	p := h.header()
	h.check(at, p == nil && want == 0 || p != nil && uint64(p.count) == want, "mismatch", "count is %v, the file expects %d", p, want)
}

func (h *simHeader) isB(at simAt, want uint64) {
	if p := h.header(); p != nil && !h.same {
		h.check(at, uint64(p.B) == want, "mismatch", "B is %d, the file expects %d", p.B, want)
	}
}

func (h *simHeader) isGrowing(at simAt, want string) {
	p := h.header()
	if p == nil || h.same || want == "same" {
		return
	}
	old := 0
	if h.b > 0 {
		old = 1 << uint(h.b-1)
	}
	growing := p.oldbuckets != nil
	switch {
	case h.writes >= old: // one bucket at least in each operation
		h.check(at, !growing && want == "no", "mismatch", "growing is %v, the file expects %s", growing, want)
	case 2*h.writes < old && h.writes > 0: // two at most
		h.check(at, growing && want == "double", "mismatch", "growing is %v, the file expects %s", growing, want)
	}
}
