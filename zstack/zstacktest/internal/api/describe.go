package api

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/zstack-go/zstack-go/internal/apidata"
)

// A Description is what the catalogue says of an action.
type Description struct {
	Params []Param `json:"params"`
	// Result is the type of the result, and Row that of the rows of a query where it is a
	// subtype of what the result says.
	Result string `json:"result"`
	Row    string `json:"row"`
	// Creates, Updates and Deletes are what the action does to a resource; each is nil
	// where it does not.
	Creates *Effect `json:"creates"`
	Updates *Effect `json:"updates"`
	Deletes *Effect `json:"deletes"`
}

// An Effect is what an action does to a resource.
type Effect struct {
	// Inventory is the resource's type, and Param the parameter that has its UUID. Either
	// can be unknown.
	Inventory string `json:"inventory"`
	Param     string `json:"param"`
	// Recoverable says that what is deleted can be brought back.
	Recoverable bool `json:"recoverable"`
}

var descriptions sync.Map // of *Description, by the action's name

// Describe returns what the catalogue says of the action. It is read when it is first asked
// for.
func (c *Call) Describe() *Description {
	if known, ok := descriptions.Load(c.Name); ok {
		return known.(*Description)
	}
	d := new(Description)
	read(apidata.Actions, c.Name, d)
	known, _ := descriptions.LoadOrStore(c.Name, d)
	return known.(*Description)
}

// Params are the parameters of the action.
func (c *Call) Params() []Param { return c.Describe().Params }

// A Field is a field of a data type.
type Field struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	KnownValues []string `json:"knownValues"`
}

var fields sync.Map // of []Field, by the type's name

// Fields are the fields of a data type, those of the types that it extends among them.
func Fields(name string) []Field {
	if known, ok := fields.Load(name); ok {
		return known.([]Field)
	}
	var all []Field
	for typ := name; typ != ""; {
		var d struct {
			Extends string  `json:"extends"`
			Fields  []Field `json:"fields"`
		}
		read(apidata.Types, typ, &d)
		for _, f := range d.Fields {
			if !slices.ContainsFunc(all, func(g Field) bool { return f.Name == g.Name }) {
				all = append(all, f)
			}
		}
		typ = d.Extends
	}
	known, _ := fields.LoadOrStore(name, all)
	return known.([]Field)
}

// Values are the values that servers are known to send in a field of a type.
func Values(typ, field string) []string {
	for _, f := range Fields(typ) {
		if f.Name != field {
			continue
		}
		if len(f.KnownValues) > 0 {
			return f.KnownValues
		}
		var enum struct {
			Values []string `json:"values"`
		}
		read(apidata.Types, f.Type, &enum)
		return enum.Values
	}
	return nil
}

// TypeOf is the type of a field of a type; empty where there is none of that name.
func TypeOf(typ, field string) string {
	for _, f := range Fields(typ) {
		if f.Name == field {
			return f.Type
		}
	}
	return ""
}

// RowType is the type of the rows that a query returns, or of the list that another action
// does; empty where it returns none.
func (d *Description) RowType() string {
	if d.Row != "" {
		return d.Row
	}
	for _, f := range Fields(d.Result) {
		if element, ok := strings.CutPrefix(f.Type, "list<"); ok && f.Name == "inventories" {
			return strings.TrimSuffix(element, ">")
		}
	}
	return ""
}

// read decodes the line with a name. There is none for the types of scalars.
func read(file *apidata.File, name string, into any) {
	line, ok := file.Line(name)
	if !ok {
		return
	}
	if err := json.Unmarshal([]byte(line), into); err != nil {
		panic("zstacktest: " + name + " is not described: " + err.Error())
	}
}
