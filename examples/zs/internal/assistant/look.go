package assistant

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/zstack"
)

type searchInput struct {
	Words string `json:"words" jsonschema:"what the action is about, such as: reset password"`
	Limit *int   `json:"limit,omitempty" jsonschema:"how many actions to return at most; 10 by default, 50 at most"`
}

type foundAction struct {
	Action  string `json:"action"`
	Summary string `json:"summary"`
	Effect  string `json:"effect" jsonschema:"reads, changes or destroys"`
}

type searchOutput struct {
	Actions []foundAction `json:"actions"`
	More    int           `json:"more,omitempty" jsonschema:"how many were left out"`
}

func (s *server) search(_ context.Context, _ *mcp.CallToolRequest, in searchInput) (*mcp.CallToolResult, searchOutput, error) {
	limit := within(in.Limit, 10, 50)
	found := slices.DeleteFunc(registry.Search(in.Words), func(e registry.Entry) bool { return refusal(e) != "" })
	out := searchOutput{Actions: []foundAction{}, More: max(0, len(found)-limit)}
	for _, e := range found[:min(limit, len(found))] {
		out.Actions = append(out.Actions, foundAction{kinds.Short(e), e.Summary(), effectOf(e)})
	}
	return nil, out, nil
}

// within is a limit that an assistant may have left open.
func within(limit *int, byDefault, most int) int {
	if limit == nil || *limit <= 0 {
		return byDefault
	}
	return min(*limit, most)
}

type describeInput struct {
	Name string `json:"name" jsonschema:"the name of an action (CreateVmInstance), of a kind of resources (vm-instance) or of a data type (VmInstanceInventory)"`
}

// A described action.
type described struct {
	Action     string          `json:"action"`
	Summary    string          `json:"summary"`
	Effect     string          `json:"effect"`
	Confirm    string          `json:"confirm,omitempty"`
	Parameters json.RawMessage `json:"parameters"`
	Result     *registry.Type  `json:"result,omitempty"`
}

func (s *server) describe(_ context.Context, _ *mcp.CallToolRequest, in describeInput) (*mcp.CallToolResult, any, error) {
	entry, err := lookup(in.Name)
	if err == nil {
		d := described{Action: kinds.Short(entry), Summary: entry.Summary(), Effect: effectOf(entry), Parameters: entry.JSONSchema()}
		if d.Effect == destroys {
			d.Confirm = whatToConfirm(entry)
		}
		d.Result, _ = registry.LookupType(entry.Describe().Result)
		return nil, d, nil
	}
	if t, found := registry.LookupType(in.Name); found {
		return nil, t, nil
	}
	if k, found := kinds.Lookup(in.Name); found {
		return nil, map[string]any{"kind": k.Word, "summary": k.Query.Summary(), "conditions": k.Inventory}, nil
	}
	return nil, nil, err
}

const (
	rowsByDefault = 20
	rowsAtMost    = 200
)

type queryInput struct {
	Kind       string   `json:"kind" jsonschema:"the kind of resources, such as vm-instance"`
	Conditions []string `json:"conditions,omitempty" jsonschema:"all of them have to hold: a field, an operator and a value, such as state=Running, name~=web, cpuNum>=4, uuid?=a,b, hostUuid=null; a field of an inner resource has a dot: vmNics.ip=10.0.0.7"`
	Fields     []string `json:"fields,omitempty" jsonschema:"the names of the fields to return, with dots into inner resources (vmNics.ip); all by default"`
	Limit      *int     `json:"limit,omitempty" jsonschema:"how many rows to return at most, up to 200; 20 by default"`
	Sort       *string  `json:"sort,omitempty" jsonschema:"the field to sort by; -field from the last to the first"`
}

type queryOutput struct {
	Rows  []json.RawMessage `json:"rows"`
	Total int64             `json:"total"`
}

func (s *server) query(ctx context.Context, _ *mcp.CallToolRequest, in queryInput) (*mcp.CallToolResult, any, error) {
	ctx, cancel := s.limited(ctx)
	defer cancel()
	k, found := kinds.Lookup(in.Kind)
	if !found {
		return nil, nil, fmt.Errorf("there is no kind %q; there are %s", in.Kind, strings.Join(kinds.Suggest(in.Kind), ", "))
	}
	action, err := in.action(k)
	if err != nil {
		return nil, nil, err
	}
	raw, err := s.typed(ctx, k.Query, action)
	if err != nil {
		return nil, nil, err
	}
	var page struct {
		Inventories []json.RawMessage `json:"inventories"`
		Total       int64             `json:"total"`
	}
	if err := json.Unmarshal(raw, &page); err != nil {
		return nil, nil, err
	}
	out := queryOutput{Rows: page.Inventories, Total: max(page.Total, int64(len(page.Inventories)))}
	if len(in.Fields) > 0 {
		if out.Rows, err = output.Project(out.Rows, in.Fields); err != nil {
			return nil, nil, err
		}
	}
	if out.Rows == nil {
		out.Rows = []json.RawMessage{}
	}
	data, err := json.Marshal(out)
	if err == nil && len(data) > bytesAtMost {
		err = fmt.Errorf("the rows have %d bytes, more than %d: ask for fewer, or for some of their fields", len(data), bytesAtMost)
	}
	return nil, json.RawMessage(data), err
}

// action makes the query.
func (in queryInput) action(k kinds.Kind) (zstack.Action, error) {
	conditions, err := params.Conditions(in.Conditions)
	if err == nil {
		err = allowed(k, in.Conditions)
	}
	if err != nil {
		return nil, err
	}
	known := kinds.TypeFields(k.Inventory.Name)
	for _, f := range in.Fields {
		name, _, _ := strings.Cut(f, ".")
		if !slices.ContainsFunc(known, func(k registry.Field) bool { return k.Name == name }) {
			return nil, fmt.Errorf("%s has no field %s; describe %s tells which there are", k.Word, name, k.Inventory.Name)
		}
	}
	object := map[string]any{"conditions": zstack.Where(conditions...), "limit": within(in.Limit, rowsByDefault, rowsAtMost), "replyWithCount": true}
	if in.Sort != nil {
		if field := kinds.Sort(object, *in.Sort); field != "" {
			if err := searchable(k, field); err != nil {
				return nil, err
			}
		}
	}
	return kinds.Make(k.Query, object)
}
