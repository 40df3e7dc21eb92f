package assistant

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
)

// inPath finds the parameters in the path of an action.
var inPath = regexp.MustCompile(`\{(\w+)\}`)

// targets are the parameters that say what an action works on: those of its path, the one of what
// it deletes, and all others that hold UUIDs. An action that destroys something has to have each
// of them confirmed which it is given, since the catalogue does not say which one is hit.
func targets(e registry.Entry) []registry.Field {
	d := e.Describe()
	named := map[string]bool{}
	for _, m := range inPath.FindAllStringSubmatch(e.Info().Path, -1) {
		named[m[1]] = true
	}
	if d.Deletes != nil {
		named[d.Deletes.Param] = true
	}
	return slices.DeleteFunc(d.Params, func(f registry.Field) bool {
		lower := strings.ToLower(f.Name)
		hasUUIDs := len(f.RefersTo) > 0 || strings.HasSuffix(lower, "uuid") || strings.HasSuffix(lower, "uuids") || strings.HasSuffix(lower, "uuidlist")
		return !named[f.Name] && !hasUUIDs || f.Name == "tagUuids" || f.Name == "resourceUuid" && !named[f.Name] && e.Info().ResourceUUID == f.Name
	})
}

// wipes reports whether a system tag has the server wipe what it adds.
func wipes(parameters map[string]any) bool {
	tags, _ := parameters["systemTags"].([]any)
	return slices.ContainsFunc(tags, func(tag any) bool {
		s, _ := tag.(string)
		return strings.Contains(strings.ToLower(s), "forcewipe")
	})
}

// whatToConfirm tells an assistant what confirm has to hold.
func whatToConfirm(e registry.Entry) string {
	var names []string
	for _, f := range targets(e) {
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return "the name of the action"
	}
	return fmt.Sprintf("the name of each resource that is given in %s; its uuid where it has no name", strings.Join(names, ", "))
}

// confirmed reports what keeps an action from being called: that it destroys something which has
// not been named again.
func (s *server) confirmed(ctx context.Context, e registry.Entry, parameters map[string]any, confirm []string) error {
	if effectOf(e) != destroys && !wipes(parameters) {
		return nil
	}
	want, err := s.names(ctx, e, parameters)
	if err != nil {
		return err
	}
	given := slices.Sorted(slices.Values(confirm))
	slices.Sort(want)
	if !slices.Equal(given, want) {
		return fmt.Errorf("%s destroys something, or may, and confirm does not name it: it has to hold %s. Look it up by query, and ask the user. Nothing was sent", kinds.Short(e), whatToConfirm(e))
	}
	return nil
}

// names are those of what an action works on.
func (s *server) names(ctx context.Context, e registry.Entry, parameters map[string]any) ([]string, error) {
	var names, seen []string
	for _, field := range targets(e) {
		uuids, err := uuidsOf(field, parameters[field.Name])
		if err != nil {
			return nil, err
		}
		for _, uuid := range uuids {
			if slices.Contains(seen, uuid) {
				continue
			}
			seen = append(seen, uuid)
			name, err := s.nameOf(ctx, e, field, uuid)
			if err != nil {
				return nil, err
			}
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		names = []string{kinds.Short(e)}
	}
	return names, nil
}

// uuidsOf reads the value of a parameter as the SDK sends it: without the spaces and control
// characters at its ends, as Java trims strings.
func uuidsOf(field registry.Field, value any) ([]string, error) {
	switch value := value.(type) {
	case nil:
		return nil, nil
	case string:
		if value = strings.TrimFunc(value, func(c rune) bool { return c <= ' ' }); value == "" {
			return nil, nil
		}
		return []string{value}, nil
	case json.Number:
		return []string{value.String()}, nil
	case []any:
		var all []string
		for _, v := range value {
			more, err := uuidsOf(field, v)
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
		return all, nil
	}
	return nil, fmt.Errorf("%s has to hold uuids, which confirm can repeat", field.Name)
}

// nameOf finds the name of a resource. What cannot be looked up is its own name.
func (s *server) nameOf(ctx context.Context, e registry.Entry, field registry.Field, uuid string) (string, error) {
	resources := field.RefersTo
	if d := e.Describe(); d.Deletes != nil && d.Deletes.Param == field.Name && d.Deletes.Inventory != "" {
		resources = slices.Concat([]string{d.Deletes.Inventory}, resources)
	}
	inferred := field.Inferred
	if len(resources) == 0 {
		// A parameter called vmInstanceUuid has the UUID of a VM instance, most likely.
		word := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(field.Name, "List"), "s"), "Uuid")
		if k, found := kinds.Lookup(word); found && k.Inventory.Resource != "" {
			resources, inferred = []string{k.Inventory.Resource}, true
		}
	}
	asked := false
	for _, resource := range resources {
		k, found := kinds.OfResource(resource)
		if !found {
			continue
		}
		asked = true
		r, there, err := k.WithUUID(ctx, s.client, uuid)
		switch {
		case err != nil:
			return "", explained(err)
		case there && r.Name != "":
			return r.Name, nil
		case there:
			return uuid, nil
		}
	}
	if asked && !inferred {
		return "", fmt.Errorf("%s leads to no resource of the kind that %s works on: %s", field.Name, kinds.Short(e), strings.Join(resources, ", "))
	}
	return uuid, nil
}
