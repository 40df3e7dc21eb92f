package command

import (
	"encoding/json"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
	"github.com/zstack-go/zstack-go/zstack"
)

func result(v any) (json.RawMessage, error) { return json.Marshal(v) }

// madeUUID reads the UUID of what an action has made, from its result.
func madeUUID(raw json.RawMessage) (string, error) {
	var made struct {
		Inventory struct {
			UUID string `json:"uuid"`
		} `json:"inventory"`
	}
	err := json.Unmarshal(raw, &made)
	return made.Inventory.UUID, err
}

// cleaned takes the schema away, which is for programs that read types, and adds what zstack-cli
// says beside every result.
func cleaned(raw json.RawMessage) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return raw
	}
	delete(members, "schema")
	members["success"] = json.RawMessage("true")
	data, err := json.Marshal(members)
	if err != nil {
		return raw
	}
	return data
}

// rowsOf prints the rows of a query as a table.
func (p *program) rowsOf(format string, entry registry.Entry, raw json.RawMessage, action zstack.Action) error {
	var page struct {
		Inventories []json.RawMessage `json:"inventories"`
	}
	if err := json.Unmarshal(raw, &page); err != nil {
		return err
	}
	var asked struct {
		Fields []string `json:"fields"`
	}
	if data, err := json.Marshal(action); err == nil {
		_ = json.Unmarshal(data, &asked) // Without fields there are the usual columns.
	}
	return output.Rows(p.Out, format, page.Inventories, asked.Fields, columnsOf(entry))
}

// columnsOf are the columns of a kind of rows where none are given.
func columnsOf(entry registry.Entry) []string {
	return output.Columns(output.ScalarFields(entry.Describe().Row))
}
