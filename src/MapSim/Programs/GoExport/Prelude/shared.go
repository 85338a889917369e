package prelude

import (
	"fmt"
	"time"
)

// simPatience is how long goroutines may wait for one another before the test calls it a deadlock.
const simPatience = 10 * time.Second

func (r *simRun) goroutine(body func()) *simGoroutine {
	return &simGoroutine{run: r, body: body, done: make(chan struct{})}
}

func (g *simGoroutine) spawn() {
	g.run.mu.Lock()
	g.run.started = append(g.run.started, g)
	g.run.mu.Unlock()
	go func() {
		defer close(g.done)
		g.run.body(g.body)
	}()
}

func (g *simGoroutine) join() { <-g.done }

// concurrently runs the main goroutine's part, then waits for the others.
func (r *simRun) concurrently(main func()) {
	finished := make(chan struct{})
	go func() {
		r.body(func() {
			main()
			for i := 0; ; i++ {
				r.mu.Lock()
				if i == len(r.started) {
					r.mu.Unlock()
					break
				}
				g := r.started[i]
				r.mu.Unlock()
				g.join()
			}
		})
		close(finished)
	}()
	timer := time.NewTimer(simPatience)
	defer timer.Stop()
	select {
	case <-finished:
	case <-r.over:
	case <-timer.C:
		r.stop(&simFinding{rule: "deadlock", text: fmt.Sprintf("%s: goroutines wait for one another for %v", r.file, simPatience)}, "")
	}
}

// simReceive receives, or finds the channel closed.
func simReceive(run *simRun, at simAt, c chan int64) *simResult[int64] {
	value, open := <-c
	return &simResult[int64]{run: run, at: at, elem: value, found: open, known: true}
}
