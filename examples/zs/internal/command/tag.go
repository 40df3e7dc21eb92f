package command

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/zstack"
)

func (p *program) tag() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tag",
		Short: lang.S("List, add and remove the tags of a resource."),
		Example: "  zs tag list vm-instance web-1\n  zs tag add vm-instance web-1 team::payments\n" +
			"  zs tag add --system vm-instance web-1 hostname::web-1\n  zs tag remove vm-instance web-1 team::payments",
		Args: want(0, 0, "list|add|remove"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var system bool
	command := func(use, short string, arguments int, run func(context.Context, *tagging) error) {
		_, names, _ := strings.Cut(use, " ")
		c := &cobra.Command{
			Use: use, Short: short, Args: want(arguments, arguments, names),
			RunE: func(cmd *cobra.Command, args []string) error {
				return p.runTag(cmd.Context(), args, system, run)
			},
			ValidArgsFunction: p.completeResource,
		}
		if arguments == 3 {
			c.Flags().BoolVar(&system, "system", false, lang.S("a system tag, which the server acts on"))
		}
		cmd.AddCommand(c)
	}
	command("list KIND NAME-OR-UUID", lang.S("List the tags of a resource."), 2, listTags)
	command("add KIND NAME-OR-UUID TAG", lang.S("Add a tag to a resource."), 3, addTag)
	command("remove KIND NAME-OR-UUID TAG", lang.S("Remove a tag from a resource."), 3, removeTag)
	return cmd
}

// A tagging is one command about the tags of a resource.
type tagging struct {
	*program
	cloud  *cloud.Cloud
	kind   kinds.Kind
	uuid   string
	tag    string
	system bool
	format string
}

func (p *program) runTag(ctx context.Context, args []string, system bool, run func(context.Context, *tagging) error) error {
	k, err := kind(args[0])
	if err != nil {
		return err
	}
	if k.Inventory.Resource == "" {
		return usage("%s has no tags", k.Word)
	}
	format, err := p.format(output.Table, output.Formats()...)
	if err != nil {
		return err
	}
	return p.with(ctx, func(ctx context.Context, c *cloud.Cloud) error {
		uuid, err := k.FindOne(ctx, c.Client, args[1])
		if err != nil {
			return err
		}
		t := &tagging{program: p, cloud: c, kind: k, uuid: uuid, system: system, format: format}
		if len(args) > 2 {
			t.tag = args[2]
		}
		return run(ctx, t)
	})
}

// rows reads the tags of one kind.
func (t *tagging) rows(ctx context.Context, kindOfTags string, more ...string) ([]json.RawMessage, error) {
	k, err := kind(kindOfTags)
	if err != nil {
		return nil, err
	}
	action, err := queryAction(k, append(more, "resourceUuid="+t.uuid), queryFlags{})
	if err != nil {
		return nil, err
	}
	return readRows(ctx, t.cloud.Client, k, action)
}

func listTags(ctx context.Context, t *tagging) error {
	user, err := t.rows(ctx, "user-tag")
	if err != nil {
		return err
	}
	system, err := t.rows(ctx, "system-tag")
	if err != nil {
		return err
	}
	return output.Rows(t.Out, t.format, append(user, system...), nil, []string{"tag", "type", "uuid"})
}

func (t *tagging) word() string {
	if t.system {
		return "SystemTag"
	}
	return "UserTag"
}

// do runs an action, or shows it in a dry run.
func (t *tagging) do(ctx context.Context, name string, values map[string]any) (json.RawMessage, error) {
	entry, _ := registry.Lookup(name)
	action, err := kinds.Make(entry, values)
	if err != nil {
		return nil, err
	}
	r := callRun{program: t.program, cloud: t.cloud, entry: entry, action: action}
	return r.run(ctx)
}

func addTag(ctx context.Context, t *tagging) error {
	raw, err := t.do(ctx, "Create"+t.word(), map[string]any{"resourceType": t.kind.Inventory.Resource, "resourceUuid": t.uuid, "tag": t.tag})
	if err != nil || raw == nil {
		return err
	}
	var made struct {
		Inventory json.RawMessage `json:"inventory"`
	}
	if err := json.Unmarshal(raw, &made); err != nil {
		return err
	}
	return output.Rows(t.Out, t.format, []json.RawMessage{made.Inventory}, nil, []string{"tag", "type", "uuid"})
}

func removeTag(ctx context.Context, t *tagging) error {
	kindOfTags := "user-tag"
	if t.system {
		kindOfTags = "system-tag"
	}
	rows, err := t.rows(ctx, kindOfTags)
	if err != nil {
		return err
	}
	for _, row := range rows {
		var tag struct {
			UUID string `json:"uuid"`
			Tag  string `json:"tag"`
		}
		if err := json.Unmarshal(row, &tag); err != nil {
			return err
		}
		if tag.Tag == t.tag || tag.UUID == t.tag {
			raw, err := t.do(ctx, "DeleteTag", map[string]any{"uuid": tag.UUID})
			if err == nil && raw != nil {
				t.print("Removed %s.", tag.Tag)
			}
			return err
		}
	}
	return &cloud.Error{Message: lang.S("the resource has no tag %q", t.tag), Err: zstack.ErrNotFound}
}
