package zstacktest

import (
	"slices"
	"strings"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// genericRead answers with what the type of an action's result has: the records that belong
// to those that the parameters name, and of single values what was set before, or else what
// the record has, or else none.
func genericRead(c *call) (*javajson.Object, *apierr.Error) {
	fields := calls.Fields(c.api.Describe().Result)
	if len(fields) == 0 {
		return nil, nil
	}
	var subjects []*store.Row
	for _, ref := range c.references() {
		subjects = append(subjects, ref.rows...)
	}
	o := &javajson.Object{}
	for _, f := range fields {
		o.Add(f.Name, c.readField(f, subjects))
	}
	return o, nil
}

// readField is what a field of a result holds for the records that a call names; nil for
// nothing.
func (c *call) readField(f calls.Field, subjects []*store.Row) any {
	element, isList := strings.CutPrefix(f.Type, "list<")
	name := inventoryName(strings.TrimSuffix(element, ">"))
	if k, class := store.Base(name); k != nil {
		rows := c.related(k, class)
		switch {
		case isList:
			return c.store().Inventories(rows, nil)
		case len(rows) > 0:
			return c.store().Inventory(rows[0], nil)
		}
		return nil
	}
	names := []string{remembered + c.api.object() + "." + f.Name}
	if param, ok := c.setBy(f); param != "" {
		names = append(names, remembered+c.api.object()+"."+param)
	} else if !ok {
		names = append(names, remembered+f.Name)
	}
	names = append(names, f.Name)
	for _, r := range subjects {
		for _, field := range names {
			if value, ok := r.Fields[field]; ok {
				return value
			}
		}
	}
	return zeroOf(f)
}

// setBy is the parameter by which the opposite of a read sets what a field of its result
// holds, where it has another name there: bootOrder of SetVmBootOrder for the orders of
// GetVmBootOrder. It is the only parameter of the field's type that names no record. The second
// result reports whether the read has an opposite.
func (c *call) setBy(f calls.Field) (param string, ok bool) {
	opposite, ok := calls.Lookup("Set" + c.api.object())
	if !ok {
		return "", false
	}
	var found []string
	params := opposite.Params()
	for i := range params {
		p := &params[i]
		if p.Type == f.Type && len(p.RefersTo) == 0 && tagParams[p.Name] == "" && p.Name != "uuid" {
			found = append(found, p.Name)
		}
	}
	if len(found) != 1 {
		return "", true
	}
	return found[0], true
}

// zeroOf is what a field of a result holds when there is nothing to say.
func zeroOf(f calls.Field) any {
	switch {
	case strings.HasPrefix(f.Type, "list<"):
		return []any{}
	case strings.HasPrefix(f.Type, "map<"):
		return map[string]any{}
	}
	switch f.Type {
	case "int32", "int64":
		return int64(0)
	case "float32", "float64":
		return float64(0)
	case "bool":
		return f.Name == "success" || f.Name == "available" || f.Name == "valid"
	}
	return nil
}

// related are the records of a kind that belong to those that the parameters of a call name,
// and that have the values of the parameters that are fields of theirs.
func (c *call) related(k *store.Kind, class string) []*store.Row {
	type wanted struct {
		field string
		list  bool
		of    []string
	}
	var conditions []wanted
	refs := make(map[string]bool)
	for _, ref := range c.references() {
		refs[ref.param.Name] = true
		if ref.kind == k {
			conditions = append(conditions, wanted{"uuid", false, c.uuids(ref.param.Name)})
		} else if name := fieldFor(k, ref.kind.Name, ref.param.Name); name != "" {
			conditions = append(conditions, wanted{name, k.ByName[name].Typ == store.TypeList, c.uuids(ref.param.Name)})
		} else if slices.ContainsFunc(ref.rows, func(r *store.Row) bool { return r.List(together+k.Name) != nil }) {
			conditions = append(conditions, wanted{together + ref.kind.Name, true, c.uuids(ref.param.Name)})
		}
	}
	for name := range c.args {
		if f := k.ByName[name]; f != nil && f.Typ == store.TypeString && !refs[name] {
			conditions = append(conditions, wanted{name, false, c.uuids(name)})
		}
	}
	rows := c.store().All(k.Name)
	return slices.DeleteFunc(rows, func(r *store.Row) bool {
		if class != "" && r.Class() != class || !c.sees(r) {
			return true
		}
		for _, w := range conditions {
			values := []string{r.Str(w.field)}
			if w.list {
				values = r.List(w.field)
			}
			if !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(w.of, v) }) {
				return true
			}
		}
		return false
	})
}
