package registry

import "github.com/zstack-go/zstack-go/internal/apidata"

// An Inventory tells how a kind of resource can be queried.
type Inventory struct {
	// Name is the name of the data type of the rows: "VmInstanceInventory".
	Name string `json:"name"`
	// Resource is what the server calls such a resource: "VmInstanceVO". It is empty where
	// that is not known.
	Resource string `json:"resource,omitempty"`
	// Queries are the names of the actions that return such rows. There are none for what
	// can only be reached through another inventory.
	Queries []string `json:"queries,omitempty"`
	// Fields are the names that conditions can have, besides "__systemTag__" and
	// "__userTag__", which stand for the resource's tags. Where no source lists them, they
	// are the fields of the data type that hold a single value.
	Fields []QueryField `json:"fields,omitempty"`
}

// A QueryField is a name that a condition of a query can have.
type QueryField struct {
	// Name is the name: "state".
	Name string `json:"name"`
	// Type is the type of the field, as [Field] has it. It is empty where it is not known
	// and where the name is no field.
	Type string `json:"type,omitempty"`
	// Sortable says that rows can be sorted by the name.
	Sortable bool `json:"sortable,omitempty"`
	// Inventory is the inventory that a name of another resource leads to. A dot and one of
	// its names follow: "vmNics.ip".
	Inventory string `json:"inventory,omitempty"`
	// Key is the field of this inventory that is equal to the field Match of the other; both
	// are empty where the other stands inside this one.
	Key   string `json:"key,omitempty"`
	Match string `json:"match,omitempty"`
	// Path is what the name is short for.
	Path string `json:"path,omitempty"`
}

// LookupInventory finds an inventory by its name or by what the server calls the resource:
// "VmInstanceInventory" or "VmInstanceVO".
func LookupInventory(name string) (*Inventory, bool) {
	i := new(Inventory)
	if read(apidata.Inventories, name, i) {
		return i, true
	}
	line, ok := apidata.Inventories.LineWith(`,"resource":"` + name + `"`)
	if !ok || name == "" {
		return nil, false
	}
	decode(line, i)
	return i, true
}

// QueryFields returns the names that the conditions of a query can have, as the
// [Inventory] of its rows does. It is nil for other actions.
func (e Entry) QueryFields() []QueryField {
	if !e.Info().Query {
		return nil
	}
	if i, ok := LookupInventory(e.Describe().Row); ok {
		return i.Fields
	}
	return nil
}
