package kinds

import (
	"encoding/json"
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
)

// Action finds an action by its name: CreateZone, CreateZoneAction, or APICreateZoneMsg as the
// server has it, without regard to case.
func Action(name string) (registry.Entry, bool) {
	return registry.Lookup(strings.TrimSuffix(strings.TrimPrefix(name, "API"), "Msg"))
}

// Short returns the name of an action as zstack-cli has it: CreateZone.
func Short(e registry.Entry) string { return strings.TrimSuffix(e.Name(), "Action") }

// Make makes an action of its parameters by their wire names.
func Make(e registry.Entry, parameters map[string]any) (zstack.Action, error) {
	data, err := json.Marshal(parameters)
	if err != nil {
		return nil, err
	}
	action := e.New()
	return action, json.Unmarshal(data, action)
}

// Sort puts into the parameters of a query by which field its rows are sorted, "-" before it for
// those from the last to the first. It returns the field; empty for none.
func Sort(parameters map[string]any, by string) (field string) {
	field, downward := strings.CutPrefix(by, "-")
	if field == "" {
		return ""
	}
	parameters["sortBy"], parameters["sortDirection"] = field, "asc"
	if downward {
		parameters["sortDirection"] = "desc"
	}
	return field
}

// SuggestActions returns names of actions that may have been meant, a few at most.
func SuggestActions(name string) []string {
	var names []string
	suggested := registry.Suggest(name)
	for _, e := range suggested[:min(3, len(suggested))] {
		names = append(names, Short(e))
	}
	return names
}
