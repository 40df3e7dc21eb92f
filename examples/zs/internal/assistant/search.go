package assistant

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/examples/zs/internal/secrets"
)

// holders are fields that hold whatever a setting, a job or a call has in it.
var holders = []string{"jobResult", "jobData", "configuration", "config", "requestDump", "responseDump", "taskData", "apiBody"}

// searchable reports why a condition cannot be asked: by conditions on a secret it could be
// guessed, letter by letter.
func searchable(k kinds.Kind, field string) error {
	inventory := k.Inventory
	path := strings.Split(field, ".")
	if inner := kinds.Inner(inventory, path[:len(path)-1]); inner != nil {
		inventory = inner
	}
	last := path[len(path)-1]
	for _, f := range kinds.TypeFields(inventory.Name) {
		if f.Name == last && f.Secret {
			return fmt.Errorf("%s is a secret, and cannot be searched or sorted by", field)
		}
	}
	if strings.Contains(k.Word, "config") && strings.HasSuffix(strings.ToLower(last), "value") || slices.Contains(holders, last) {
		return fmt.Errorf("%s can be a secret, and cannot be searched or sorted by", field)
	}
	if secrets.IsName(last) && !strings.HasSuffix(last, "Uuid") {
		return fmt.Errorf("%s is a secret, and cannot be searched or sorted by", field)
	}
	return nil
}

// allowed reports what is wrong with the conditions of a query.
func allowed(k kinds.Kind, conditions []string) error {
	for _, c := range conditions {
		field, sign, _, found := params.CutCondition(c)
		if !found {
			continue // which is told when the condition is made
		}
		last := field[strings.LastIndex(field, ".")+1:]
		if last == "__systemTag__" || last == "tag" && k.Word == "system-tag" {
			if sign != "=" {
				return fmt.Errorf("%s can hold a secret, and is searched by = only", field)
			}
			continue
		}
		if err := searchable(k, field); err != nil {
			return err
		}
	}
	return nil
}
