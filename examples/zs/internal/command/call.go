package command

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/zstack"
)

// callFlags are the flags of call.
type callFlags struct {
	file    string
	noWait  bool
	longJob bool
	extra   []string
}

func (p *program) call() *cobra.Command {
	var flags callFlags
	cmd := &cobra.Command{
		Use:   "call ACTION [NAME=VALUE...]",
		Short: lang.S("Call any action."),
		Long: lang.S("call runs an action with its parameters, waits for its job, and prints the\n" +
			"result.\n\n" +
			"A list has commas between its elements, or its parameter is given several\n" +
			"times. Objects and lists of them are JSON. Where a parameter takes the UUID of\n" +
			"a resource, its name will do. Passwords that travel as hashes are hashed. zs\n" +
			"describe ACTION has the parameters."),
		Example: "  zs call CreateZone name=z1\n  zs call StopVmInstance uuid=web-1\n  zs call AddImage --long-job -f image.yaml",
		Args:    want(1, -1, "ACTION [NAME=VALUE...]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.runCall(cmd.Context(), args[0], args[1:], flags)
		},
		ValidArgsFunction: p.completeCall,
	}
	flags.declare(cmd)
	return cmd
}

func (f *callFlags) declare(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.file, "file", "f", "", lang.S("a `file` of parameters, JSON or YAML; - for standard input"))
	cmd.Flags().BoolVar(&f.noWait, "no-wait", false, lang.S("print the UUID of the job and do not wait for it"))
	cmd.Flags().BoolVar(&f.longJob, "long-job", false, lang.S("run the action as a long job"))
	cmd.Flags().StringArrayVar(&f.extra, "extra", nil, lang.S("a parameter `NAME=VALUE` that only the server knows"))
	_ = cmd.RegisterFlagCompletionFunc("extra", cobra.NoFileCompletions)
}

// runCall runs an action.
func (p *program) runCall(ctx context.Context, name string, args []string, flags callFlags) error {
	entry, err := lookup(name)
	if err != nil {
		return err
	}
	format, err := p.format(output.JSON, output.JSON, output.YAML, output.Table, output.CSV)
	if err != nil {
		return err
	}
	if (format == output.Table || format == output.CSV) && !entry.Info().Query {
		return usage("%s prints one result, which %s cannot show: want json or yaml", kinds.Short(entry), format)
	}
	file, err := p.parameters(ctx, flags.file)
	if err != nil {
		return err
	}
	more, err := extra(flags.extra)
	if err != nil {
		return err
	}
	with := p.with
	if !entry.Info().Session {
		with = p.withAnybody
	}
	return with(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		r := callRun{program: p, cloud: c, entry: entry, flags: flags, extra: more}
		if r.action, r.data, err = params.Action(ctx, entry, file, args, r.find); err != nil {
			return suggestParameter(err, entry)
		}
		result, err := r.run(ctx)
		if result == nil {
			return err
		}
		if err != nil {
			_ = output.Value(p.Out, format, result) // The action has been run; what came after it went wrong.
			return err
		}
		if entry.Info().Query && (format == output.Table || format == output.CSV) {
			return p.rowsOf(format, entry, result, r.action)
		}
		return output.Value(p.Out, format, result)
	})
}

// lookup finds an action by its name.
func lookup(name string) (registry.Entry, error) {
	entry, found := kinds.Action(name)
	if found {
		return entry, nil
	}
	message := lang.S("there is no command and no action %q", name)
	if names := kinds.SuggestActions(name); len(names) > 0 {
		message += "\n" + lang.S("did you mean %s?", joined(names))
	}
	return entry, &params.UsageError{Message: message, Err: errUsage}
}

// suggestParameter adds to the error of a parameter that there is not which ones there are.
func suggestParameter(err error, entry registry.Entry) error {
	var invalid *zstack.ValidationError
	if !errors.As(err, &invalid) || invalid.Constraint != zstack.ConstraintUnknown {
		return err
	}
	var names, like []string
	for _, f := range entry.Describe().Params {
		names = append(names, f.Name)
		if strings.Contains(strings.ToLower(f.Name), strings.ToLower(invalid.Field)) || strings.EqualFold(f.Name[:min(3, len(f.Name))], invalid.Field[:min(3, len(invalid.Field))]) {
			like = append(like, f.Name)
		}
	}
	if len(like) > 0 {
		return &params.UsageError{
			Message: lang.S("%s has no parameter %s", kinds.Short(entry), invalid.Field) + "\n" + lang.S("did you mean %s?", joined(like)), Err: err,
		}
	}
	return &params.UsageError{
		Message: lang.S("%s has no parameter %s; it has %s", kinds.Short(entry), invalid.Field, joined(names)), Err: err,
	}
}
