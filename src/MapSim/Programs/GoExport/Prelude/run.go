package prelude

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// simAt is a line of the program.
type simAt struct {
	line     int
	recovers bool
}

func simLine(line int) simAt { return simAt{line: line} }

// recovering: a panic of this line does not end the program.
func (at simAt) recovering() simAt { return simAt{line: at.line, recovers: true} }

// simFinding is a rule that the real map, or the real runtime, broke.
type simFinding struct {
	rule  string
	text  string
	known string // a public issue that explains it
}

// simStop unwinds a goroutine of the program when the run is over.
type simStop struct{}

// simGoroutine is a goroutine of the program.
type simGoroutine struct {
	run  *simRun
	body func()
	done chan struct{}
}

// simRun is one run of the program.
type simRun struct {
	file     string
	hunts    bool // a broken rule is what the program is after
	mu       sync.Mutex
	findings []simFinding
	message  string // of the panic that ended the run
	panicked bool
	over     chan struct{}
	started  []*simGoroutine
}

func simNewRun(file string, hunts bool) *simRun {
	return &simRun{file: file, hunts: hunts, over: make(chan struct{})}
}

// stop ends the run from the goroutine that calls it.
func (r *simRun) stop(finding *simFinding, message string) {
	r.mu.Lock()
	select {
	case <-r.over:
	default:
		if finding != nil {
			r.findings = append(r.findings, *finding)
		} else {
			r.message, r.panicked = message, true
		}
		close(r.over)
	}
	r.mu.Unlock()
}

// broke: a rule does not hold. The run ends.
func (r *simRun) broke(at simAt, rule, known, format string, args ...interface{}) {
	text := fmt.Sprintf("%s:%d: %s: %s", r.file, at.line, rule, fmt.Sprintf(format, args...))
	r.stop(&simFinding{rule: rule, text: text, known: known}, "")
	panic(simStop{})
}

// ended says whether an operation ended with a panic, which must be the planned one ("" for none).
func (r *simRun) ended(at simAt, planned, message string, failed bool) bool {
	switch {
	case failed && planned == "" || failed && message != planned:
		r.broke(at, simPanicRule(message), "", "panic %q, expected %q", message, planned)
	case !failed && planned != "":
		r.broke(at, "panic/missing", "", "no panic, expected %q", planned)
	case failed && !at.recovers:
		r.stop(nil, message)
		panic(simStop{})
	}
	return failed
}

// call does what may panic for reasons that the test does not foretell.
func (r *simRun) call(at simAt, operation func()) {
	if message, failed := simTry(operation); failed && !at.recovers {
		r.stop(nil, message)
		panic(simStop{})
	}
}

// body runs a goroutine's part of the program.
func (r *simRun) body(operations func()) {
	debug.SetPanicOnFault(r.hunts)
	defer func() {
		p := recover()
		if _, stopped := p.(simStop); p != nil && !stopped {
			message := simMessage(p)
			rule := simPanicRule(message)
			r.stop(&simFinding{rule: rule, text: fmt.Sprintf("%s: %s: %s\n%s", r.file, rule, message, debug.Stack())}, "")
		}
	}()
	operations()
}

func simTry(operation func()) (message string, failed bool) {
	failed = true
	defer func() {
		if failed {
			message = simMessage(recover())
		}
	}()
	operation()
	failed = false
	return
}

func simMessage(p interface{}) string {
	if err, ok := p.(error); ok {
		return err.Error()
	}
	return fmt.Sprint(p)
}

func simPanicRule(message string) string {
	if strings.Contains(message, "nil pointer dereference") {
		return "panic/nil-dereference"
	}
	return "panic/unplanned"
}

// simResult is what an operation returned.
type simResult[V any] struct {
	run   *simRun
	at    simAt
	elem  V
	found bool
	known bool // false if the operation panicked
}

// is: the file says that this is the result, and that it depends on nothing random.
func (r *simResult[V]) is(want V) *simResult[V] {
	if r.known && (!r.found || !simSame(r.elem, want)) {
		r.run.broke(r.at, "mismatch", "", "got %v (%v), the file expects %v", r.elem, r.found, want)
	}
	return r
}

// absent: there is no such key; for a channel: it is closed and empty.
func (r *simResult[V]) absent() *simResult[V] {
	if r.known && r.found {
		r.run.broke(r.at, "mismatch", "", "got %v, the file expects none", r.elem)
	}
	return r
}

// simValue is a result that is just a value.
func simValue[V any](run *simRun, at simAt, value V) *simResult[V] {
	return &simResult[V]{run: run, at: at, elem: value, found: true, known: true}
}

// simOnce runs the program once.
func simOnce(file string, hunts bool, program func(*simRun)) *simRun {
	run := simNewRun(file, hunts)
	run.body(func() { program(run) })
	return run
}

// simClean: the program must end without a panic, and every rule must hold. message is that of the panic that it must
// end with, if panics.
func simClean(t *testing.T, file string, panics bool, message string, program func(*simRun)) {
	run := simOnce(file, false, program)
	for _, finding := range run.findings {
		if finding.known != "" {
			t.Logf("%s\nThis is the known defect golang/go#%s.", finding.text, finding.known)
			return
		}
		t.Fatalf("real Go breaks a rule: %s", finding.text)
	}
	if run.panicked != panics || message != "" && run.message != message {
		t.Fatalf("%s: the program ended with panic=%v %q, the file expects panic=%v %q", file, run.panicked, run.message, panics, message)
	}
}

// simHunt runs the program with fresh maps until it breaks the rule that the file's key names, and says whether it did.
func simHunt(t *testing.T, file, key string, runs int, seconds float64, program func(*simRun)) {
	if text := os.Getenv("MAPSIM_RUNS"); text != "" {
		runs, _ = strconv.Atoi(text)
	}
	limit := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	done, others := 0, map[string]bool{}
	for ; done < runs && time.Now().Before(limit); done++ {
		run := simOnce(file, true, program)
		if len(run.findings) == 0 {
			continue
		}
		finding := run.findings[0]
		if finding.known == "" && simIsOf(finding.rule, key) {
			t.Logf("found in run %d, real Go shows it too: %s\n%s", done+1, key, finding.text)
			return
		}
		if !others[finding.rule] {
			others[finding.rule] = true
			t.Logf("in run %d real Go breaks another rule:\n%s", done+1, finding.text)
		}
	}
	t.Skipf("not found in %d runs with seeds of the runtime's own: %s", done, key)
}

// simIsOf says whether a broken rule is of the kind that a bug's key names: lookup-wrong, iter-miss, panic and so on.
// What a stale read of freed memory finds is never foretold.
func simIsOf(rule, key string) bool {
	rule, key = strings.Split(rule, "/")[0], strings.Split(key, "/")[0]
	stale := key == "use-after-free" || key == "undefined" || key == "iter-dangling"
	return rule == key || stale && (rule == "iter-unknown" || rule == "iter-stale" || rule == "panic")
}
