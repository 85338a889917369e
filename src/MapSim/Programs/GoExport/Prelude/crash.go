package prelude

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// simHuntCrash is simHunt for an end that a process does not survive: a second process makes the runs.
func simHuntCrash(t *testing.T, file, key, message string, runs int, seconds float64, program func(*simRun)) {
	if os.Getenv("MAPSIM_CHILD") != "" {
		simHunt(t, file, key, runs, seconds, program)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=0")
	child.Env = append(os.Environ(), "MAPSIM_CHILD=1")
	var output bytes.Buffer
	child.Stdout, child.Stderr = &output, &output
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration((seconds+30)*float64(time.Second)), func() { child.Process.Kill() })
	err := child.Wait()
	timer.Stop()
	text := output.String()
	switch {
	case err != nil && simCrash(text, message):
		t.Logf("found, real Go shows it too: %s\n%s", key, simHead(text))
	case strings.Contains(text, "real Go shows it too"):
		t.Logf("found:\n%s", simHead(text))
	case err != nil:
		t.Fatalf("%s: the process ended in another way: %v\n%s", file, err, simHead(text))
	default:
		t.Skipf("not found with schedules and seeds of the runtime's own: %s\n%s", key, simHead(text))
	}
}

func simHead(text string) string {
	const most = 2000
	if len(text) > most {
		text = text[:most] + "..."
	}
	return text
}

// simCrash says whether what a process printed is the crash that the program is after.
func simCrash(output, message string) bool {
	return message != "" && strings.Contains(output, message) ||
		message == "" && (strings.Contains(output, "fatal error: ") || strings.Contains(output, "SIGSEGV") || strings.Contains(output, "unexpected fault address"))
}
