package example

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/zstack-go/zstack-go/zstack"
)

// ErrUsage says that the command line is wrong.
var ErrUsage = errors.New("wrong usage")

// Main runs a program with the arguments of the process until it ends or is interrupted, and
// exits: with 0 at its end and after [flag.ErrHelp], with 2 after [ErrUsage], which the program
// has told, and with 1 after any other error, which Main tells.
func Main(name string, run func(ctx context.Context, args []string, out, log io.Writer) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, ErrUsage):
		os.Exit(2)
	default:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// ParseFlags reads a command line that has nothing but flags, and tells on their output what is
// wrong with it. The function says what is wrong with their values, if anything is. The error is
// [flag.ErrHelp] or [ErrUsage].
func ParseFlags(flags *flag.FlagSet, args []string, check func() (wrong string)) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return ErrUsage // The flag set has said what is wrong.
	}
	wrong := check()
	if flags.NArg() > 0 {
		wrong = fmt.Sprintf("unexpected argument %q", flags.Arg(0))
	}
	if wrong != "" {
		fmt.Fprintf(flags.Output(), "%s: %s\n", flags.Name(), wrong)
		flags.Usage()
		return ErrUsage
	}
	return nil
}

// Close logs a client out, which has to work after an interrupt too, in ten seconds at most.
func Close(ctx context.Context, client *zstack.Client) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return client.Close(ctx)
}
