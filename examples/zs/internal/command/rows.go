package command

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/zstack"
)

// The rows of a query as they came. A pager needs the field by which it tells them apart.
type (
	byUUID struct {
		UUID string `json:"uuid"`
		raw  json.RawMessage
	}
	byID struct {
		ID  int64 `json:"id"`
		raw json.RawMessage
	}
	byNothing struct{ raw json.RawMessage }
)

func (r *byUUID) UnmarshalJSON(data []byte) error {
	r.raw = bytes.Clone(data)
	type key byUUID
	return json.Unmarshal(data, (*key)(r))
}

func (r *byID) UnmarshalJSON(data []byte) error {
	r.raw = bytes.Clone(data)
	type key byID
	return json.Unmarshal(data, (*key)(r))
}

func (r *byNothing) UnmarshalJSON(data []byte) error {
	r.raw = bytes.Clone(data)
	return nil
}

// readRows reads every row, page after page.
func readRows(ctx context.Context, client *zstack.Client, k kinds.Kind, action zstack.Action) ([]json.RawMessage, error) {
	t, _ := registry.LookupType(k.Inventory.Name)
	types := map[string]string{}
	if t != nil {
		for _, f := range t.Fields {
			types[f.Name] = f.Type
		}
	}
	switch {
	case types["uuid"] == "string":
		return pages(ctx, client, action, func(r byUUID) json.RawMessage { return r.raw })
	case types["id"] == "int64" || types["id"] == "int32":
		return pages(ctx, client, action, func(r byID) json.RawMessage { return r.raw })
	}
	return pages(ctx, client, action, func(r byNothing) json.RawMessage { return r.raw })
}

func pages[R any](ctx context.Context, client *zstack.Client, action zstack.Action, raw func(R) json.RawMessage) ([]json.RawMessage, error) {
	var rows []json.RawMessage
	var page struct {
		Inventories []R `json:"inventories"`
	}
	pager := zstack.NewPager(client, action, &page)
	defer pager.Close()
	for pager.Next(ctx) {
		for _, r := range page.Inventories {
			rows = append(rows, raw(r))
		}
	}
	return rows, pager.Err()
}
