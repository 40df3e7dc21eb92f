package command

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
)

func (p *program) search() *cobra.Command {
	limit := 20
	cmd := &cobra.Command{
		Use:     "search WORD...",
		Short:   lang.S("Find actions by words."),
		Example: "  zs search reset password",
		Args:    want(1, -1, "WORD..."),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.runSearch(strings.Join(args, " "), limit)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().IntVar(&limit, "limit", limit, lang.S("print at most this `number` of actions"))
	_ = cmd.RegisterFlagCompletionFunc("limit", cobra.NoFileCompletions)
	return cmd
}

func (p *program) runSearch(words string, limit int) error {
	format, err := p.format(output.Table, output.Formats()...)
	if err != nil {
		return err
	}
	if limit <= 0 {
		return usage("the flag --%s cannot be %q", "limit", strconv.Itoa(limit))
	}
	found := registry.Search(words)
	rows := []json.RawMessage{}
	for _, e := range found[:min(limit, len(found))] {
		row, err := json.Marshal(map[string]string{"action": kinds.Short(e), "summary": e.Summary()})
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return usage("no action is about %q", words)
	}
	if err := output.Rows(p.Out, format, rows, []string{"action", "summary"}, nil); err != nil {
		return err
	}
	if len(found) > len(rows) {
		p.note("%v more: --limit %v", len(found)-len(rows), len(found))
	}
	return nil
}
