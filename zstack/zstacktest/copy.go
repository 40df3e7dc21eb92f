package zstacktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack"
	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// copyPage is how many rows Copy asks for at once.
const copyPage = 1000

// notCopied are the kinds that a new node has its own records of, and those that are worth
// nothing without what a server does not tell.
var notCopied = map[string]bool{"AccessKey": true, "Session": true, "GlobalConfig": true, "ManagementNode": true}

// Copy reads a cloud and returns a node that holds it. It changes nothing there: it asks the
// client for every resource that there is a query for, page by page, so that it takes some
// hundred calls for a small cloud and as long as that takes.
//
// What the client's account does not see, and what the server does not have, the node does not
// have either. Passwords, access keys and global settings are not copied: the node has the
// account admin with the password "password", or those of the options, and the server's other
// accounts are there as records that nobody can log in as. Everything else is copied as the
// server shows it, times in the zone that the client takes them to be in.
//
// Copy returns an error when the client cannot log in or reach the server, when a reply
// cannot be read, and when ctx ends.
func Copy(ctx context.Context, c *zstack.Client, opts ...Option) (*Node, error) {
	var copied []copiedRow
	for i, q := range copiedQueries() {
		rows, err := q.read(ctx, c)
		if err != nil {
			// The first says whether there is a cloud to be read at all.
			if i > 0 && ctx.Err() == nil && isRefusal(err) {
				continue
			}
			return nil, fmt.Errorf("zstacktest: cannot copy the cloud: %w", err)
		}
		copied = append(copied, rows...)
	}
	n := New(opts...)
	n.mu.Lock()
	defer n.mu.Unlock()
	// Pages come in the order of the UUIDs, in which nothing was made.
	slices.SortStableFunc(copied, func(a, b copiedRow) int { return a.created.Compare(b.created) })
	for _, row := range copied {
		if uuid, _ := row.fields["uuid"].(string); n.store.Get(row.kind.Name, uuid) == nil {
			n.store.Put(row.kind.Name, row.fields)
		}
	}
	return n, nil
}

// isRefusal reports whether a server has said no, rather than nothing that can be read.
func isRefusal(err error) bool {
	var e *zstack.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusInternalServerError, http.StatusNotImplemented:
		return true
	}
	return e.Code != nil
}

// A copiedRow is a record that was read.
type copiedRow struct {
	kind    *store.Kind
	created time.Time
	fields  map[string]any
}

// A copiedQuery reads all records of a kind.
type copiedQuery struct {
	Conditions    []string `json:"conditions"`
	Limit         int32    `json:"limit,omitzero"`
	Start         int32    `json:"start,omitzero"`
	SortBy        *string  `json:"sortBy,omitzero"`
	SortDirection *string  `json:"sortDirection,omitzero"`

	kind *store.Kind
	info *zstack.ActionInfo
	// queried are the names of the kinds that have queries.
	queried map[string]bool
}

// ActionInfo describes the query.
func (q copiedQuery) ActionInfo() *zstack.ActionInfo { return q.info }

// copiedQueries are the queries of every kind, that of zones first.
func copiedQueries() []copiedQuery {
	known := make(map[string]bool)
	var list []copiedQuery
	for _, c := range calls.All() {
		k, class := store.Base(inventoryName(c.Describe().RowType()))
		if !c.Query || k == nil || class != "" || known[k.Name] || notCopied[k.Name] || strings.Contains(c.Path, "{") {
			continue
		}
		known[k.Name] = true
		q := copiedQuery{Conditions: []string{}, Limit: copyPage, kind: k, info: &zstack.ActionInfo{Name: c.Name, Method: c.Method, Path: c.Path, Session: c.Session, Query: true}, queried: known}
		if k.ByName["uuid"] != nil {
			by, direction := "uuid", "asc"
			q.SortBy, q.SortDirection = &by, &direction
		}
		list = append(list, q)
	}
	slices.SortStableFunc(list, func(a, b copiedQuery) int {
		switch {
		case a.kind.Name == "Zone":
			return -1
		case b.kind.Name == "Zone":
			return 1
		}
		return 0
	})
	return list
}

// read returns the rows of all pages.
func (q copiedQuery) read(ctx context.Context, c *zstack.Client) ([]copiedRow, error) {
	var all []copiedRow
	for {
		raw, err := zstack.Do(ctx, c, q)
		if err != nil {
			return nil, err
		}
		var page struct {
			Schema      map[string]string `json:"schema"`
			Inventories []map[string]any  `json:"inventories"`
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&page); err != nil {
			return nil, fmt.Errorf("the reply to %s: %w", q.info.Name, err)
		}
		for i, fields := range page.Inventories {
			rows := rowsOf(q.kind, fields, c.Location(), q.queried)
			if class := page.Schema[fmt.Sprintf("inventories[%d]", i)]; class != "" && class != q.kind.Class {
				rows[0].fields["@class"] = class
			}
			all = append(all, rows...)
		}
		if len(page.Inventories) < copyPage {
			return all, nil
		}
		q.Start += copyPage
	}
}

// rowsOf are a record as the store has it, and after it those of the records inside of it that
// no query reads.
func rowsOf(k *store.Kind, values map[string]any, loc *time.Location, queried map[string]bool) []copiedRow {
	row := copiedRow{kind: k, fields: make(map[string]any, len(values))}
	rows := []copiedRow{row}
	for name, value := range values {
		f := k.ByName[name]
		switch {
		case value == nil:
		case f == nil:
			if v, err := plainValue(value); err == nil {
				row.fields[name] = v
			}
		case f.Typ == store.TypeChildren:
			children, _ := toRecords(value)
			for _, child := range children {
				if !queried[f.Child] {
					child[f.By] = values["uuid"]
					rows = append(rows, rowsOf(store.KindNamed(f.Child), child, loc, queried)...)
				}
			}
		case f.Typ == store.TypeTree:
		case f.Typ == store.TypeTime:
			if v, ok := store.ToTime(value, loc); ok {
				row.fields[name] = v.(time.Time).UTC()
			}
		default:
			if v, err := loadedValue(value, f); err == nil {
				row.fields[name] = v
			}
		}
	}
	rows[0].created, _ = row.fields["createDate"].(time.Time)
	return rows
}
