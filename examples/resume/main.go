// Resume recovers a VM instance exactly once, although the program may be killed
// in the middle: it notes the job uuid in a file before it calls, and when it
// starts again it finds the note and makes the same call with the same uuid. A
// management node that has the job already, of release 4.7.21 or later, does not
// run it again.
//
// Without configuration it shows that on a simulated management node inside the
// process: it starts itself as another process, kills that as soon as the node has
// the call, and starts it again. With ZSTACK_ENDPOINT set it recovers the VM whose
// UUID is its second argument, and keeps its note in the file that is its first:
//
//	go run ./examples/resume
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/resume note.json VM-UUID
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := start(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "resume:", err)
		os.Exit(1)
	}
}

const usage = `Usage: go run ./examples/resume [FILE VM-UUID]

Resume recovers a VM instance exactly once, although it may be killed in the middle: FILE is where
it notes the job, and when it is started again with the same arguments it goes on.

Without ZSTACK_ENDPOINT it shows that on a simulated management node and needs no arguments.
` + example.Environment

func start(ctx context.Context, out io.Writer, args []string) error {
	switch {
	case len(args) == 1 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help"):
		_, err := io.WriteString(out, usage)
		return err
	case example.Simulated() && len(args) == 0:
		return demonstrate(ctx, out)
	case !example.Simulated() && len(args) == 2:
		return run(ctx, out, args[0], args[1])
	}
	return fmt.Errorf("got %d arguments, want FILE VM-UUID and a management node in the environment, or nothing of both (-h tells more)", len(args))
}

func run(ctx context.Context, out io.Writer, file, vm string) (err error) {
	client, err := zstack.NewClientFromEnv()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close(ctx)) }()
	return recoverOnce(ctx, out, client, file, vm)
}

// A note is what outlives the program.
type note struct {
	Job  string    `json:"job"`
	VM   string    `json:"vm"`
	Time time.Time `json:"time"`
}

// memory is how long after a call its uuid is of use: the server forgets jobs
// after three hours, and some of that is left for the call itself.
const memory = 2 * time.Hour

// recoverOnce recovers a VM, or goes on with the recovery that was noted.
func recoverOnce(ctx context.Context, out io.Writer, client *zstack.Client, file, vm string) error {
	n, err := read(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		n = note{Job: zstack.NewJobUUID(), VM: vm, Time: time.Now()}
		if err := write(file, n); err != nil {
			return err
		}
		fmt.Fprintln(out, "Noted job", n.Job)
	case err != nil:
		return err
	case n.VM != vm:
		return fmt.Errorf("%s is about the VM %s", file, n.VM)
	case time.Since(n.Time) > memory:
		return fmt.Errorf("%s is too old to go on with: look at the VM, then remove the file", file)
	default:
		fmt.Fprintln(out, "Going on with job", n.Job)
	}
	res, err := actions.RecoverVmInstanceAction{UUID: vm}.Call(ctx, client, zstack.WithJobUUID(n.Job))
	if err != nil {
		var failed *zstack.Error
		if errors.As(err, &failed) && failed.Code != nil && failed.JobUUID == n.Job && !zstack.IsInvalidSession(err) {
			// The server ran it and failed: the next start is to try anew. Where it
			// refused the login, or the session, it did not even look at the job.
			return errors.Join(err, os.Remove(file))
		}
		return err // it may go on, so the note stays
	}
	fmt.Fprintf(out, "Recovered VM %s: %s\n", res.Inventory.UUID, res.Inventory.State)
	return os.Remove(file)
}

func read(file string) (n note, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(data, &n)
}

// write writes the note so that it is there whole, or not at all, after a crash.
func write(file string, n note) error {
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	f, err := os.Create(file + ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
