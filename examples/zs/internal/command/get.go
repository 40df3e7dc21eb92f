package command

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/zstack"
)

func (p *program) get() *cobra.Command {
	var fields []string
	cmd := &cobra.Command{
		Use:     "get KIND NAME-OR-UUID",
		Short:   lang.S("Show one resource."),
		Example: "  zs get vm-instance web-1\n  zs get host 3f1d0c4f7b6a4c52a1d3b2b9d2b3c4d5 -o json",
		Args:    want(2, 2, "KIND NAME-OR-UUID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.runGet(cmd.Context(), args[0], args[1], fields)
		},
		ValidArgsFunction: p.completeResource,
	}
	cmd.Flags().StringSliceVar(&fields, "fields", nil, lang.S("the `names` of the fields to print, with commas between"))
	_ = cmd.RegisterFlagCompletionFunc("fields", p.completeFields)
	return cmd
}

func (p *program) runGet(ctx context.Context, word, name string, fields []string) error {
	k, err := kind(word)
	if err != nil {
		return err
	}
	format, err := p.format(output.YAML, output.Formats()...)
	if err != nil {
		return err
	}
	return p.with(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		row, err := getRow(ctx, c.Client, k, name)
		if err != nil {
			return err
		}
		if err := knownFields(k, []json.RawMessage{row}, fields); err != nil {
			return err
		}
		return output.Row(p.Out, format, row, fields, columnsOf(k.Query))
	})
}

// getRow reads the resource that has a name or a UUID.
func getRow(ctx context.Context, client *zstack.Client, k kinds.Kind, nameOrUUID string) (json.RawMessage, error) {
	uuid, err := k.FindOne(ctx, client, nameOrUUID)
	if err != nil {
		return nil, err
	}
	var page struct {
		Inventories []json.RawMessage `json:"inventories"`
	}
	if err := client.Get(ctx, k.Query.New(), uuid, &page); err != nil {
		return nil, err
	}
	if len(page.Inventories) != 1 {
		return nil, zstack.ErrNotFound
	}
	return page.Inventories[0], nil
}
