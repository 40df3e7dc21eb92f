// Package command is the command line of zs.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/zstack"
)

// Streams are those of the process. Progress goes to Err, where a terminal shows it as a bar.
type Streams struct {
	In, Out, Err *os.File
}

// A program is one run of zs.
type program struct {
	Streams
	Out      *writer // in place of the stream's
	settings cloud.Settings
	output   string
	timeout  time.Duration
	dryRun   bool
}

// A writer remembers that something could not be written, so that no line has to mind it.
type writer struct {
	to  io.Writer
	err error
}

func (w *writer) Write(data []byte) (int, error) {
	n, err := w.to.Write(data)
	if w.err == nil {
		w.err = err
	}
	return n, err
}

// Main runs zs and returns its exit code.
func Main(ctx context.Context, streams Streams, args []string) int {
	lang.Use(lang.Of(os.Getenv))
	p := &program{Streams: streams, Out: &writer{to: streams.Out}}
	err := p.run(ctx, args)
	if err == nil {
		err = p.Out.err
	}
	if err != nil {
		fmt.Fprintln(streams.Err, lang.S("zs: %s", explain(err)))
	}
	return exitCode(err)
}

func (p *program) run(ctx context.Context, args []string) error {
	for _, arg := range args {
		if !utf8.ValidString(arg) {
			return usage("an argument is no text in UTF-8: %q", arg)
		}
	}
	root := p.root()
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// root makes the command with all others beneath it. By itself it takes an action and its
// parameters, as zstack-cli does.
func (p *program) root() *cobra.Command {
	var flags callFlags
	root := &cobra.Command{
		Use:   "zs",
		Short: lang.S("Use ZStack from the command line."),
		Long: lang.S("zs calls the API of ZStack: all of its actions, by their names, and what people\n" +
			"do most with less. Arguments are those of zstack-cli: QueryVmInstance\n" +
			"state=Running fields=uuid,name works as it is."),
		Example: "  zs --simulate query vm-instance state=Running\n" +
			"  zs login --endpoint http://mn:8080 --account admin\n" +
			"  zs QueryVmInstance state=Running fields=uuid,name",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			if words := cmd.SuggestionsFor(args[0]); len(words) > 0 {
				if _, err := lookup(args[0]); err != nil {
					return &params.UsageError{Message: lang.S("there is no command and no action %q", args[0]) + "\n" + lang.S("did you mean %s?", joined(words)), Err: errUsage}
				}
			}
			return p.runCall(cmd.Context(), args[0], args[1:], flags)
		},
		ValidArgsFunction:          p.completeCall,
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	flags.declare(root)
	root.Flags().VisitAll(func(f *pflag.Flag) { f.Hidden = true }) // The help of call has them.
	p.declare(root)
	root.Version = version()
	root.SetVersionTemplate("zs {{.Version}}\n")
	root.Flags().Bool("version", false, lang.S("show the version"))
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.AddCommand(p.login(), p.logout(), p.call(), p.query(), p.get(), p.describe(), p.search(), p.wait(), p.watch(),
		p.zql(), p.tag(), p.mcp(), p.completion())
	localize(root)
	return root
}

// version is that of the module, as the build noted it.
func version() string {
	if info, known := debug.ReadBuildInfo(); known && info.Main.Version != "" {
		return info.Main.Version + " (" + info.GoVersion + ")"
	}
	return "(devel)"
}

// declare declares the flags of all commands.
func (p *program) declare(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&p.settings.Endpoint, "endpoint", "", lang.S("the management node: a `URL`, or host:port"))
	flags.StringVarP(&p.settings.Host, "host", "H", "", lang.S("its `host`, as for zstack-cli"))
	flags.StringVarP(&p.settings.Port, "port", "p", "", lang.S("the `port` beside --host"))
	flags.BoolVar(&p.settings.Simulate, "simulate", false, lang.S("use a simulated management node inside the process"))
	flags.BoolVar(&p.settings.ReadOnly, "read-only", false, lang.S("send nothing that changes something"))
	flags.BoolVar(&p.dryRun, "dry-run", false, lang.S("show the request of a change, and do not send it"))
	flags.StringVarP(&p.output, "output", "o", "", lang.S("the `format`: table, json, yaml or csv"))
	flags.DurationVar(&p.timeout, "timeout", 0, lang.S("give up after this `time`, such as 30s"))
	flags.BoolP("help", "h", false, lang.S("show help"))
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(output.Formats(), cobra.ShellCompDirectiveNoFileComp))
	for _, name := range []string{"endpoint", "host", "port", "timeout"} {
		_ = root.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if p.timeout < 0 {
			return usage("the flag --%s cannot be %q", "timeout", p.timeout.String())
		}
		return nil
	}
}

// limited limits a command by --timeout.
func (p *program) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if p.timeout > 0 {
		return context.WithTimeout(ctx, p.timeout)
	}
	return context.WithCancel(ctx)
}

// connect makes a client of what the command line and the environment say.
func (p *program) connect(options ...zstack.Option) (*cloud.Cloud, error) {
	return cloud.Connect(p.settings, options...)
}

// with runs a function with a client of somebody who has logged in, until the time of --timeout
// is over.
func (p *program) with(ctx context.Context, run func(ctx context.Context, c *cloud.Cloud) error) error {
	return p.withAnybody(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		if !c.HasCredentials() {
			return &cloud.Error{Message: lang.S("nobody has logged in to the management node: run zs login, or set ZSTACK_ACCOUNT and ZSTACK_PASSWORD"), Err: cloud.ErrNobody}
		}
		return run(ctx, c)
	})
}

// withAnybody does so where nobody has to have logged in.
func (p *program) withAnybody(ctx context.Context, run func(ctx context.Context, c *cloud.Cloud) error) (err error) {
	c, err := p.connect()
	if err != nil {
		return err
	}
	defer func() {
		// What the call came to matters more than whether the session ended well.
		if closing := c.Close(ctx); err == nil {
			err = closing
		}
	}()
	ctx, cancel := p.limited(ctx)
	defer cancel()
	err = run(ctx, c)
	if c.File != nil && zstack.IsInvalidSession(err) {
		err = &cloud.Error{Message: lang.S("the session of %s has ended: run zs login again", c.File), Err: err}
	}
	return err
}

// format returns the format of the output, which a command has a default for.
func (p *program) format(byDefault string, allowed ...string) (string, error) {
	format := p.output
	if format == "" {
		format = byDefault
	}
	for _, name := range allowed {
		if name == format {
			return format, nil
		}
	}
	return "", usage("--output is %q, want one of %s", format, joined(allowed))
}

func (p *program) print(format string, args ...any) {
	fmt.Fprintln(p.Out, lang.S(format, args...))
}

// note tells something beside the output.
func (p *program) note(format string, args ...any) {
	fmt.Fprintln(p.Err, lang.S(format, args...))
}

var errUsage = errors.New("wrong usage")
