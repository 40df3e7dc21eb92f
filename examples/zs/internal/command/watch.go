package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
)

func (p *program) watch() *cobra.Command {
	var flags queryFlags
	interval := 5 * time.Second
	cmd := &cobra.Command{
		Use:   "watch KIND [CONDITION...]",
		Short: lang.S("Tell what changes."),
		Long: lang.S("watch prints the resources that the conditions of query select, and then a line\n" +
			"for each that appears (+), changes (~) or disappears (-), until it is\n" +
			"interrupted or the time of --timeout is over. As JSON, each line is an object."),
		Example: "  zs watch vm-instance\n  zs watch host status=Connected --fields state,status --interval 10s -o json",
		Args:    want(1, -1, "KIND [CONDITION...]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.runWatch(cmd.Context(), args[0], args[1:], flags, interval)
		},
		ValidArgsFunction: p.completeQuery,
	}
	cmd.Flags().StringSliceVar(&flags.fields, "fields", nil, lang.S("the `names` of the fields to look at, with commas between"))
	cmd.Flags().DurationVar(&interval, "interval", interval, lang.S("the `time` between two looks"))
	_ = cmd.RegisterFlagCompletionFunc("fields", p.completeFields)
	_ = cmd.RegisterFlagCompletionFunc("interval", cobra.NoFileCompletions)
	return cmd
}

func (p *program) runWatch(ctx context.Context, word string, args []string, flags queryFlags, interval time.Duration) error {
	k, err := kind(word)
	if err != nil {
		return err
	}
	format, err := p.format(output.Table, output.Table, output.JSON)
	if err != nil {
		return err
	}
	if interval <= 0 {
		return usage("the flag --%s cannot be %q", "interval", interval.String())
	}
	conditions, err := flags.read(args)
	if err != nil {
		return err
	}
	action, err := queryAction(k, conditions, flags)
	if err != nil {
		return err
	}
	fields := flags.fields
	if len(fields) == 0 {
		// The time of the last change says nothing that the change itself does not.
		fields = slices.DeleteFunc(output.ScalarFields(k.Inventory.Name), func(f string) bool { return f == "lastOpDate" })
	}
	w := watcher{program: p, format: format, fields: fields, shown: flags.fields, kind: k}
	return p.with(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		for {
			rows, err := readRows(ctx, c.Client, k, action)
			if err == nil && w.seen == nil {
				err = knownFields(k, rows, flags.fields)
			}
			if err == nil {
				err = w.look(rows, time.Now())
			}
			if err != nil && (w.seen == nil || ctx.Err() != nil || exitCode(err) != exitUnreachable) {
				return w.ended(ctx, unknownField(err, k, args))
			}
			if err != nil { // which passes, once it has been there
				p.note("the management node does not answer; looking again in %v", interval.String())
			}
			select {
			case <-ctx.Done():
				return w.ended(ctx, ctx.Err())
			case <-time.After(interval):
			}
		}
	})
}

// A watcher remembers what it has seen.
type watcher struct {
	*program
	format string
	fields []string
	shown  []string // those that were asked for
	kind   kinds.Kind
	seen   map[string]map[string]string // fields by UUID; nil before the first look
}

// ended is how a watch ends: well, when the time for it is over.
func (w *watcher) ended(ctx context.Context, err error) error {
	if w.timeout > 0 && context.Cause(ctx) == context.DeadlineExceeded {
		return nil
	}
	return err
}

// look compares rows with those of the look before.
func (w *watcher) look(rows []json.RawMessage, now time.Time) error {
	before := w.seen
	if before == nil && w.format == output.Table {
		if err := output.Rows(w.Out, output.Table, rows, w.shown, columnsOf(w.kind.Query)); err != nil {
			return err
		}
	}
	w.seen = map[string]map[string]string{}
	for _, row := range rows {
		cells, err := output.Cells(row, slices.Concat([]string{"uuid", "name"}, w.fields))
		if err != nil {
			return err
		}
		uuid := cells["uuid"]
		w.seen[uuid] = cells
		old, known := before[uuid]
		switch {
		case before == nil && w.format == output.Table: // The table has it.
		case !known:
			err = w.tell(now, "added", cells, cells)
		default:
			changed := map[string]string{}
			for _, f := range w.fields {
				if old[f] != cells[f] {
					changed[f] = cells[f]
					if w.format == output.Table {
						changed[f] = old[f] + " -> " + cells[f]
					}
				}
			}
			if len(changed) > 0 {
				err = w.tell(now, "changed", cells, changed)
			}
		}
		if err != nil {
			return err
		}
	}
	for _, uuid := range slices.Sorted(maps.Keys(before)) {
		if _, there := w.seen[uuid]; !there {
			if err := w.tell(now, "removed", before[uuid], nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell prints one line.
func (w *watcher) tell(now time.Time, what string, row, fields map[string]string) error {
	if w.format == output.JSON {
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		err := e.Encode(struct {
			Time   string            `json:"time"`
			Change string            `json:"change"`
			UUID   string            `json:"uuid"`
			Name   string            `json:"name,omitempty"`
			Fields map[string]string `json:"fields,omitempty"`
		}{now.Format(time.RFC3339), what, row["uuid"], row["name"], fields})
		if err == nil {
			_, err = w.Out.Write(line.Bytes())
		}
		return err
	}
	parts := []string{now.Format(time.TimeOnly), map[string]string{"added": "+", "changed": "~", "removed": "-"}[what], row["name"], row["uuid"]}
	names := slices.Sorted(maps.Keys(fields))
	if what == "added" {
		names = slices.DeleteFunc(slices.Clone(columnsOf(w.kind.Query)), func(f string) bool { return f == "name" || f == "uuid" })
		if len(w.shown) > 0 {
			names = w.shown
		}
	}
	for _, f := range names {
		parts = append(parts, f+": "+fields[f])
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	_, err := fmt.Fprintln(w.Out, output.OneLine(strings.Join(parts, "  ")))
	return err
}
