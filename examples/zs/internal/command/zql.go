package command

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/zstack"
)

func (p *program) zql() *cobra.Command {
	return &cobra.Command{
		Use:   "zql STATEMENT",
		Short: lang.S("Run a statement of ZQL, the query language of ZStack."),
		Example: "  zs zql \"query vminstance.name where state = 'Running' order by name asc limit 5\"\n" +
			"  zs zql \"count vminstance where state = 'Stopped'\"",
		Args:              want(1, 1, "STATEMENT"),
		RunE:              func(cmd *cobra.Command, args []string) error { return p.runZQL(cmd.Context(), args[0]) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}

func (p *program) runZQL(ctx context.Context, statement string) error {
	format, err := p.format(output.Table, output.Formats()...)
	if err != nil {
		return err
	}
	return p.with(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		raw, err := zstack.Do(ctx, c.Client, actions.ZQLQueryAction{Zql: &statement})
		if err != nil {
			return err
		}
		if format == output.JSON || format == output.YAML {
			return output.Value(p.Out, format, cleaned(raw))
		}
		var reply struct {
			Results []struct {
				Inventories []json.RawMessage `json:"inventories"`
				Total       *json.Number      `json:"total"`
			} `json:"results"`
		}
		if err := json.Unmarshal(raw, &reply); err != nil {
			return err
		}
		for i, r := range reply.Results {
			if i > 0 {
				fmt.Fprintln(p.Out) // between the results of several statements
			}
			if len(r.Inventories) > 0 {
				if err := output.Rows(p.Out, format, r.Inventories, nil, members(r.Inventories)); err != nil {
					return err
				}
			}
			if r.Total != nil {
				fmt.Fprintln(p.Out, *r.Total)
			}
		}
		return nil
	})
}

// members are the names of the members of rows that hold single values, with those first by which
// people know a resource.
func members(rows []json.RawMessage) []string {
	found := map[string]bool{}
	for _, row := range rows {
		var members map[string]any
		if json.Unmarshal(row, &members) != nil {
			continue
		}
		for name, value := range members {
			switch value.(type) {
			case map[string]any, []any:
			default:
				found[name] = true
			}
		}
	}
	names := slices.Sorted(maps.Keys(found))
	if len(names) <= 6 {
		slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
		return names
	}
	return output.Columns(names)
}

func rank(name string) int {
	if i := slices.Index([]string{"name", "uuid"}, name); i >= 0 {
		return i
	}
	return 2
}
