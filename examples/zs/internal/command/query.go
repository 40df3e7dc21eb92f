package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/zstack"
)

// queryFlags are the flags of query.
type queryFlags struct {
	fields []string
	limit  int
	sort   string
	count  bool
}

func (p *program) query() *cobra.Command {
	var flags queryFlags
	cmd := &cobra.Command{
		Use:   "query KIND [CONDITION...]",
		Short: lang.S("Find resources."),
		Long: lang.S("query prints the resources of a kind that all conditions hold for: every one,\n" +
			"however many they are.\n\n" +
			"A condition is a field, an operator and a value. The operators are =, !=, >,\n" +
			">=, <, <=, ~= (contains, or a pattern with %% and _), !~=, ?= (one of several,\n" +
			"with commas between), !?=, =null and !=null. A field of an inner resource has a\n" +
			"dot: vmNics.ip=10.0.0.7. Quote what the shell would read: 'cpuNum>=4'."),
		Example: "  zs query vm-instance state=Running --fields name,vmNics.ip\n  zs query host 'createDate>2026-01-01 00:00:00' -o csv\n  zs query volume 'name~=data' --count",
		Args:    want(1, -1, "KIND [CONDITION...]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.runQuery(cmd.Context(), args[0], args[1:], flags)
		},
		ValidArgsFunction: p.completeQuery,
	}
	cmd.Flags().StringSliceVar(&flags.fields, "fields", nil, lang.S("the `names` of the fields to print, with commas between"))
	cmd.Flags().IntVar(&flags.limit, "limit", 0, lang.S("print at most this `number` of resources"))
	cmd.Flags().StringVar(&flags.sort, "sort", "", lang.S("sort by a `field`; -field from the last to the first"))
	cmd.Flags().BoolVar(&flags.count, "count", false, lang.S("print how many there are"))
	_ = cmd.RegisterFlagCompletionFunc("fields", p.completeFields)
	_ = cmd.RegisterFlagCompletionFunc("sort", p.completeFields)
	_ = cmd.RegisterFlagCompletionFunc("limit", cobra.NoFileCompletions)
	return cmd
}

// kind finds a kind by its word.
func kind(word string) (kinds.Kind, error) {
	k, found := kinds.Lookup(word)
	if found {
		return k, nil
	}
	message := lang.S("there is no kind of resources %q", word)
	if words := kinds.Suggest(word); len(words) > 0 {
		message += "\n" + lang.S("did you mean %s?", joined(words))
	}
	return k, &params.UsageError{Message: message, Err: errUsage}
}

func (p *program) runQuery(ctx context.Context, word string, args []string, flags queryFlags) error {
	k, err := kind(word)
	if err != nil {
		return err
	}
	format, err := p.format(output.Table, output.Formats()...)
	if err != nil {
		return err
	}
	conditions, err := flags.read(args)
	if err != nil {
		return err
	}
	action, err := queryAction(k, conditions, flags)
	if err != nil {
		return err
	}
	return p.with(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		if flags.count {
			n, err := c.Client.Count(ctx, action)
			if err != nil {
				return unknownField(err, k, append(args, strings.TrimPrefix(flags.sort, "-")+"="))
			}
			_, err = fmt.Fprintln(p.Out, n)
			return err
		}
		rows, err := readRows(ctx, c.Client, k, action)
		if err != nil {
			return unknownField(err, k, append(args, strings.TrimPrefix(flags.sort, "-")+"="))
		}
		if err := knownFields(k, rows, flags.fields); err != nil {
			return err
		}
		return output.Rows(p.Out, format, rows, flags.fields, columnsOf(k.Query))
	})
}

// read reads the arguments of a query: conditions, and the parameters that zstack-cli has in the
// place of flags.
func (f *queryFlags) read(args []string) (conditions []string, err error) {
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "limit":
			if f.limit, err = strconv.Atoi(value); err != nil {
				return nil, &params.UsageError{Message: lang.S("%s cannot be %q", name, value), Err: err}
			}
		case "fields":
			f.fields = append(f.fields, strings.Split(value, ",")...)
		case "sortBy":
			f.sort += value // A minus may be there already.
		case "sortDirection":
			if strings.EqualFold(value, "desc") {
				f.sort = "-" + f.sort
			}
		case "count":
			f.count = strings.EqualFold(value, "true")
		default:
			conditions = append(conditions, arg)
		}
	}
	f.fields = slices.DeleteFunc(f.fields, func(name string) bool { return name == "" })
	return conditions, nil
}

// queryAction makes the action of a query.
func queryAction(k kinds.Kind, args []string, flags queryFlags) (zstack.Action, error) {
	conditions, err := params.Conditions(args)
	if err != nil {
		return nil, err
	}
	object := map[string]any{"conditions": zstack.Where(conditions...)}
	if flags.limit < 0 {
		return nil, usage("the flag --%s cannot be %q", "limit", fmt.Sprint(flags.limit))
	}
	if flags.limit > 0 {
		object["limit"] = flags.limit
	}
	if flags.sort == "-" {
		return nil, usage("the flag --%s cannot be %q", "sort", flags.sort)
	}
	kinds.Sort(object, flags.sort)
	return kinds.Make(k.Query, object)
}
