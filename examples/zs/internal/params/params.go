// Package params makes actions of what stands on a command line: key=value, as zstack-cli takes it.
package params

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/zstack"
)

// A Finder finds the UUID of a resource of one of some kinds ("VmInstanceVO") by its name. It
// reports false where none of the kinds has names.
type Finder func(ctx context.Context, resources []string, name string) (uuid string, known bool, err error)

// The mistakes that there can be in arguments.
var (
	ErrArgument = errors.New("not a key=value argument")
	ErrValue    = errors.New("not a value of the parameter")
)

// Action makes an action of arguments, and returns its parameters as JSON, too. Parameters in a
// file come first, and arguments replace them. A find of nil leaves names as they are.
func Action(ctx context.Context, entry registry.Entry, file map[string]any, args []string, find Finder) (zstack.Action, []byte, error) {
	r := &reader{entry: entry, fields: map[string]registry.Field{}, object: map[string]any{}, given: map[string]bool{}, find: find}
	for _, f := range entry.Describe().Params {
		r.fields[f.Name] = f
	}
	for key, value := range file {
		r.object[key] = value
	}
	if entry.Info().Query {
		if err := r.query(args); err != nil {
			return nil, nil, err
		}
	} else if err := r.parameters(ctx, args); err != nil {
		return nil, nil, err
	}
	data, err := json.Marshal(r.object)
	if err != nil {
		return nil, nil, usage(errors.Join(ErrValue, err), lang.S("the parameters cannot be written as JSON"))
	}
	action := entry.New()
	return action, data, json.Unmarshal(data, action)
}

type reader struct {
	entry  registry.Entry
	fields map[string]registry.Field
	object map[string]any
	given  map[string]bool // by an argument already
	find   Finder
}

func (r *reader) parameters(ctx context.Context, args []string) error {
	for _, arg := range args {
		key, value, found := strings.Cut(arg, "=")
		if !found || key == "" {
			return usage(ErrArgument, lang.S("%q is not a parameter and its value, such as name=web", arg))
		}
		if err := r.set(key, value); err != nil {
			return err
		}
	}
	for key, value := range r.object {
		if password, isString := value.(string); isString && hashed(r.fields[key]) {
			r.object[key] = hash(password)
		}
	}
	if r.find == nil {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(r.object)) {
		found, err := r.named(ctx, r.fields[key], r.object[key])
		if err != nil {
			return err
		}
		r.object[key] = found
	}
	return nil
}

// set gives a parameter its value, or one more element.
func (r *reader) set(key, value string) error {
	field, known := r.fields[key]
	if !known {
		r.object[key] = value // which the action refuses, by its name
		return nil
	}
	element, isList := strings.CutPrefix(field.Type, "list<")
	switch {
	case isList:
		more, err := elements(field, strings.TrimSuffix(element, ">"), value)
		if err != nil {
			return err
		}
		if earlier, again := r.object[key].([]any); again && r.given[key] {
			more = append(earlier, more...)
		}
		r.object[key], r.given[key] = more, true
	case strings.HasPrefix(value, "{") && !kinds.IsScalar(field.Type), strings.HasPrefix(value, "[") && field.Type == "any":
		parsed, err := structure(field.Name, field.Type, value)
		if err != nil {
			return err
		}
		r.object[key] = parsed
	case field.Type == "bool":
		r.object[key] = strings.ToLower(value) // Python writes True.
	default:
		r.object[key] = value
	}
	return nil
}

// named puts UUIDs in the place of names, where a parameter refers to resources.
func (r *reader) named(ctx context.Context, field registry.Field, value any) (any, error) {
	if len(field.RefersTo) == 0 {
		return value, nil
	}
	switch value := value.(type) {
	case string:
		switch {
		case value == "":
			return value, nil
		case kinds.IsUUID(value):
			return kinds.UUID(value), nil
		}
		uuid, known, err := r.find(ctx, field.RefersTo, value)
		switch {
		case err != nil && field.Inferred && errors.Is(err, kinds.ErrNoSuchName), err == nil && !known:
			return value, nil // It may be something else than a name.
		case err != nil:
			return nil, err
		}
		return uuid, nil
	case []any:
		list := slices.Clone(value)
		for i, element := range list {
			found, err := r.named(ctx, field, element)
			if err != nil {
				return nil, err
			}
			list[i] = found
		}
		return list, nil
	}
	return value, nil
}
