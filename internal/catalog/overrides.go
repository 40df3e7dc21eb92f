package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
)

// override is one row of overrides.json: which action, parameter, type or field it
// is about ("*" for the action of a parameter or for a type means every one) or which
// system tag, by its pattern, the keys
// to set there, and why.
type override struct {
	Action string          `json:"action"`
	Param  string          `json:"param"`
	Type   string          `json:"type"`
	Field  string          `json:"field"`
	Query  bool            `json:"query"`
	Tag    string          `json:"tag"`
	Set    json.RawMessage `json:"set"`
	Reason string          `json:"reason"`
}

func (c *Catalogue) override() error {
	var rows []override
	if err := decode(overridesJSON, &rows); err != nil {
		return err
	}
	for i, o := range rows {
		if o.Reason == "" {
			return fmt.Errorf("row %d has no reason", i+1)
		}
		n, err := c.apply(o)
		if err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		if n == 0 {
			return fmt.Errorf("row %d (action %q, param %q, type %q, field %q) matches nothing", i+1, o.Action, o.Param, o.Type, o.Field)
		}
	}
	return nil
}

// apply sets the row's keys wherever the row matches and counts the matches.
func (c *Catalogue) apply(o override) (int, error) {
	var targets []any
	switch {
	case o.Action != "" && o.Param != "" && o.Type == "":
		for _, a := range c.Actions {
			if o.Action != "*" && o.Action != a.Name || o.Query && !a.Query {
				continue
			}
			for _, p := range a.Params {
				if p.Name == o.Param {
					targets = append(targets, p)
				}
			}
		}
	case o.Action != "" && o.Type == "" && o.Field == "":
		for _, a := range c.Actions {
			if a.Name == o.Action {
				targets = append(targets, a)
			}
		}
	case o.Type != "" && o.Action == "":
		for _, t := range c.Types {
			if o.Type != "*" && o.Type != t.Name {
				continue
			}
			if o.Field == "" {
				targets = append(targets, t)
			}
			for _, f := range t.Fields {
				if f.Name == o.Field {
					targets = append(targets, f)
				}
			}
		}
	case o.Tag != "":
		for _, tag := range c.SystemTags {
			if tag.Pattern == o.Tag {
				targets = append(targets, tag)
			}
		}
	default:
		return 0, errors.New(`neither an "action" nor a "type" nor a "tag"`)
	}
	for _, t := range targets {
		if err := decode(o.Set, t); err != nil {
			return 0, err
		}
		if p, ok := t.(*Param); ok && string(p.Default) == "null" {
			p.Default = nil // the row takes the default away
		}
	}
	return len(targets), nil
}
