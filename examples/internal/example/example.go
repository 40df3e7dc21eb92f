// Package example is what the programs under examples have in common: they run against a
// simulated management node when the environment names none, and against that of the
// environment otherwise. In a program of your own, [zstack.NewClientFromEnv] and a deferred
// Close of the client take its place.
package example

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// A Program is an example.
type Program struct {
	Name  string // of the folder
	About string // what it does, in a few lines

	// Args are the names of the arguments on the command line, such as "VM-UUID"; those in
	// brackets, and what ends in "...", may be left out. A simulated node needs none of them.
	Args string
	// Flags declares flags, if there are any. They are read before anything else happens.
	Flags func(*flag.FlagSet)

	// Node has options for the simulated node, beside a site in which VM instances can be
	// created (see [zstacktest.WithSite]).
	Node []zstacktest.Option
	// Quiet says that the program's output is for other programs: it does not begin with the
	// address of the simulated node.
	Quiet bool
	// Prepare puts on the simulated node what the program is to find there, and returns the
	// arguments that it runs with when it is given none.
	Prepare func(context.Context, *Run) ([]string, error)

	// Run is the program itself.
	Run func(context.Context, *Run) error
}

// A Run is one run of a program.
type Run struct {
	Client *zstack.Client
	Args   []string
	Out    io.Writer
	Node   *zstacktest.Server // the simulated node; nil on one of the environment
}

// Environment says in a usage what the environment has to say of a management node.
const Environment = `With ZSTACK_ENDPOINT set it works on that management node, with the credentials in
ZSTACK_ACCOUNT and ZSTACK_PASSWORD, ZSTACK_ACCESS_KEY_ID and ZSTACK_ACCESS_KEY_SECRET, or
ZSTACK_SESSION_ID.
`

// Printf prints to the output of the run.
func (r *Run) Printf(format string, args ...any) { fmt.Fprintf(r.Out, format, args...) }

// NewClient returns another client for the same management node, with the same credentials
// unless the options say otherwise.
func (r *Run) NewClient(options ...zstack.Option) (*zstack.Client, error) {
	if r.Node == nil {
		return zstack.NewClientFromEnv(options...)
	}
	return zstack.NewClient(r.Node.URL, append([]zstack.Option{
		zstack.WithCredentials(zstack.Account("admin", "password")), zstack.WithLocation(time.UTC),
	}, options...)...)
}

// Main runs the program with the arguments of the process, and exits as the function [Main] does.
func (p Program) Main() {
	Main(p.Name, func(ctx context.Context, args []string, out, log io.Writer) error {
		err := p.Execute(ctx, out, args)
		if errors.Is(err, ErrUsage) {
			fmt.Fprintf(log, "%s: %v\n", p.Name, err)
		}
		return err
	})
}

// Execute runs the program with these arguments.
func (p Program) Execute(ctx context.Context, out io.Writer, args []string) (err error) {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if p.Flags != nil {
		p.Flags(flags)
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		p.usage(out, flags)
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUsage, err)
	}
	run := &Run{Args: flags.Args(), Out: out}
	if len(run.Args) > 0 || !Simulated() {
		if err := p.check(run.Args); err != nil {
			return err
		}
	}
	stop, err := p.connect(run)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop(ctx)) }()
	if run.Node != nil && p.Prepare != nil {
		prepared, err := p.Prepare(ctx, run)
		if err != nil {
			return err
		}
		if len(run.Args) == 0 {
			run.Args = prepared
		}
	}
	return p.Run(ctx, run)
}

// Simulated says whether the environment names no management node.
func Simulated() bool { return os.Getenv("ZSTACK_ENDPOINT") == "" && os.Getenv("ZSTACK_HOST") == "" }

func (p Program) usage(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprintf(out, "Usage: go run ./examples/%s %s\n\n%s\n\n", p.Name, strings.TrimSpace("[flags] "+p.Args), strings.TrimSpace(p.About))
	fmt.Fprint(out, "Without ZSTACK_ENDPOINT it runs against a simulated management node and needs no arguments.\n"+Environment)
	if p.Flags != nil {
		fmt.Fprint(out, "\nFlags:\n")
		flags.SetOutput(out)
		flags.PrintDefaults()
	}
}

// check reports arguments of which there are too few or too many.
func (p Program) check(args []string) error {
	names := strings.Fields(p.Args)
	fewest, most := 0, len(names)
	for _, name := range names {
		if strings.HasSuffix(strings.TrimSuffix(name, "]"), "...") {
			most = max(len(args), most)
		}
		if !strings.HasPrefix(name, "[") {
			fewest++
		}
	}
	if len(args) < fewest || len(args) > most {
		want := "none"
		if p.Args != "" {
			want = "these: " + p.Args
		}
		return fmt.Errorf("%w: got %d arguments, want %s (-h tells more)", ErrUsage, len(args), want)
	}
	return nil
}

// connect makes the client, and the simulated node if it is to be one.
func (p Program) connect(run *Run) (stop func(context.Context) error, err error) {
	if Simulated() {
		run.Node, err = zstacktest.Listen(append([]zstacktest.Option{zstacktest.WithSite(), zstacktest.WithLocation(time.UTC)}, p.Node...)...)
		if err != nil {
			return nil, err
		}
		if !p.Quiet {
			run.Printf("Simulated management node at %s\n", run.Node.URL)
		}
	}
	if run.Client, err = run.NewClient(); err != nil {
		return nil, errors.Join(err, closeNode(run))
	}
	return func(ctx context.Context) error {
		return errors.Join(Close(ctx, run.Client), closeNode(run))
	}, nil
}

func closeNode(run *Run) error {
	if run.Node == nil {
		return nil
	}
	return run.Node.Close()
}

// Delete deletes what the program has made, after an interrupt too, and says so.
func (r *Run) Delete(ctx context.Context, what string, deletion zstack.Action) error {
	if _, err := zstack.Do(context.WithoutCancel(ctx), r.Client, deletion); err != nil {
		return fmt.Errorf("deleting %s: %w", what, err)
	}
	r.Printf("Deleted %s\n", what)
	return nil
}
