package params

import (
	"strings"

	"github.com/zstack-go/zstack-go/zstack"
)

// query reads the arguments of a query action, where what is no parameter is a condition.
func (r *reader) query(args []string) error {
	var conditions []zstack.Condition
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		switch _, parameter := r.fields[key]; {
		case key == "conditions":
			more, err := listed(value)
			if err != nil {
				return err
			}
			conditions = append(conditions, more...)
		case parameter:
			if err := r.set(key, value); err != nil {
				return err
			}
		default:
			c, err := Condition(arg)
			if err != nil {
				return err
			}
			conditions = append(conditions, c)
		}
	}
	if _, inFile := r.object["conditions"]; !inFile || len(conditions) > 0 {
		r.object["conditions"] = zstack.Where(conditions...)
	}
	return nil
}

// listed reads the value of the parameter conditions: one condition, or a list of them, each a
// string or an object with a name, an op and a value.
func listed(value string) ([]zstack.Condition, error) {
	if !strings.HasPrefix(value, "[") {
		c, err := Condition(value)
		return []zstack.Condition{c}, err
	}
	parsed, err := structure("conditions", "list", value)
	if err != nil {
		return nil, err
	}
	items, _ := parsed.([]any)
	conditions := make([]zstack.Condition, len(items))
	for i, item := range items {
		switch item := item.(type) {
		case string:
			conditions[i], err = Condition(item)
		case map[string]any:
			conditions[i], err = conditionOf(item)
		default:
			err = notA("conditions", "list", nil)
		}
		if err != nil {
			return nil, err
		}
	}
	return conditions, nil
}
