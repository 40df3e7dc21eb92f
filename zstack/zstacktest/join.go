package zstacktest

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/zstack-go/zstack-go/internal/apidata"
)

// A joined is an inventory that conditions on another reach by a name.
type joined struct {
	Name      string `json:"name"`
	Inventory string `json:"inventory"`
	Key       string `json:"key"`
	Match     string `json:"match"`
	Path      string `json:"path"`
}

var joins sync.Map // of []joined, by the kind's name

// joinsOf are those of a kind, as the catalogue has them. They are read when they are first
// asked for.
func joinsOf(k *kind) []joined {
	if known, ok := joins.Load(k.name); ok {
		return known.([]joined)
	}
	var inventory struct {
		Fields []joined `json:"fields"`
	}
	if line, ok := apidata.Inventories.Line(k.name + "Inventory"); ok {
		if err := json.Unmarshal([]byte(line), &inventory); err != nil {
			panic("zstacktest: the inventory of " + k.name + " is not described: " + err.Error())
		}
	}
	known, _ := joins.LoadOrStore(k.name, inventory.Fields)
	return known.([]joined)
}

// join returns the kind that a name of the catalogue's leads to, and how to get there; nil
// when there is none.
func join(s *store, k *kind, head string) (*kind, func(*row) []*row) {
	for _, j := range joinsOf(k) {
		to := kinds()[strings.TrimSuffix(j.Inventory, "Inventory")]
		if j.Name != head || to == nil || j.Key == "" {
			continue
		}
		return to, func(r *row) []*row {
			values := r.list(j.Key)
			if value := r.str(j.Key); value != "" {
				values = append(values, value)
			}
			var rows []*row
			for _, value := range values {
				rows = append(rows, s.holding(to.name, j.Match, value)...)
			}
			return rows
		}
	}
	return nil, nil
}
