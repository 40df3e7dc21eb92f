package zstacktest

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// What the node does for most actions follows from the catalogue: what they create, change
// and delete, what their parameters refer to, and which fields a result and a resource have.

var generics sync.Map // of *api, by the action's name

// generic returns what the node does for an action by what the catalogue says of it.
func generic(c *calls.Call) *api {
	if known, ok := generics.Load(c.Name); ok {
		return known.(*api)
	}
	a := &api{Call: c, name: shortName(c), generic: true}
	switch d := c.Describe(); {
	case c.Query:
		a = queryOf(c)
	case d.Creates != nil && kindOfEffect(d.Creates) != nil:
		a.run = genericCreate
	case d.Deletes != nil:
		a.run = genericDelete
	case d.Updates != nil, !isReading(c):
		a.run = genericUpdate
	default:
		a.run = genericRead
	}
	known, _ := generics.LoadOrStore(c.Name, a)
	return known.(*api)
}

// readingVerbs begin the names of actions that change nothing, whatever their method.
var readingVerbs = []string{
	"Get", "Query", "Check", "Validate", "Verify", "Calculate", "List", "Parse", "Preview", "Decode", "Describe", "Discover", "Is", "Match",
	"Scan", "Search", "Token", "Locate", "Debug", "Prometheus", "Log", "Login",
}

func isReading(c *calls.Call) bool {
	name := shortName(c)
	return c.Method == http.MethodGet || slices.Contains(readingVerbs, verbOf(name)) || strings.HasSuffix(name, "TestConnection")
}

// kindOfEffect is the kind of the resource that an action has an effect on; nil where the
// catalogue does not know it.
func kindOfEffect(e *calls.Effect) *store.Kind {
	k, _ := store.Base(inventoryName(e.Inventory))
	return k
}

// A reference is a parameter that names records.
type reference struct {
	param *calls.Param
	kind  *store.Kind
	rows  []*store.Row
}

// references are the parameters of a call that name records, of those that are there.
func (c *call) references() []reference {
	var list []reference
	params := c.api.Params()
	for i := range params {
		p := &params[i]
		if c.args[p.Name] == nil || p.Name == "tagUuids" || p.Name == "resourceUuid" && c.api.Describe().Creates != nil && c.namesNew() {
			continue
		}
		if ref := c.reference(p); ref.kind != nil {
			list = append(list, ref)
		}
	}
	return list
}

// reference finds the records that a parameter names. Where the catalogue does not say of
// which kind they are, a parameter whose name says that it has UUIDs names what has them.
func (c *call) reference(p *calls.Param) reference {
	ref := reference{param: p, kind: refOf(p)}
	named := strings.HasSuffix(strings.ToLower(strings.TrimSuffix(p.Name, "s")), "uuid")
	for _, uuid := range c.uuids(p.Name) {
		var r *store.Row
		switch {
		case ref.kind != nil:
			r = c.store().Get(ref.kind.Name, uuid)
		case named:
			r = c.store().Find(uuid)
		}
		if r != nil {
			ref.kind = r.Kind
			ref.rows = append(ref.rows, r)
		}
	}
	return ref
}

// uuids are what a parameter holds one of or a list of.
func (c *call) uuids(name string) []string {
	if uuid, ok := c.args[name].(string); ok {
		return []string{uuid}
	}
	return c.list(name)
}

// genericCreate adds the record that an action creates. It belongs to what the parameters
// name, and to what that belongs to: a volume to the zone of its primary storage.
func genericCreate(c *call) (*javajson.Object, *apierr.Error) {
	d := c.api.Describe()
	k, class := store.Base(inventoryName(d.Creates.Inventory))
	fields := make(map[string]any)
	if class != "" {
		fields["@class"] = class
	}
	if f := k.ByName["accountUuid"]; f != nil && c.args["accountUuid"] == nil {
		fields["accountUuid"] = c.account
	}
	refs := c.references()
	for _, ref := range refs {
		if name := fieldFor(k, ref.kind.Name, ref.param.Name); name != "" && len(ref.rows) > 0 {
			fields[name] = referenceValue(k.ByName[name], ref.rows)
		}
	}
	for _, f := range k.Fields {
		if f.Ref == "" || f.Typ == store.TypeList || fields[f.Name] != nil || c.args[f.Name] != nil {
			continue
		}
		for _, ref := range refs {
			if len(ref.rows) == 1 && ref.kind.ByName[f.Name] != nil && ref.rows[0].Str(f.Name) != "" {
				fields[f.Name] = ref.rows[0].Str(f.Name)
				break
			}
		}
	}
	c.remember(k, fields)
	r, err := c.insert(k.Name, fields)
	if err != nil {
		return nil, err
	}
	c.node.copyFields(r)
	return c.result(r)
}

// fieldFor is the field of a kind that holds the UUID of a record of another, which a
// parameter names; empty when there is none.
func fieldFor(k *store.Kind, other, param string) string {
	if f := k.ByName[param]; f != nil && f.Ref == other {
		return param
	}
	var found string
	for _, f := range k.Fields {
		if f.Ref != other || strings.HasPrefix(f.Name, "last") {
			continue
		}
		if found != "" {
			return "" // Nothing says which of them.
		}
		found = f.Name
	}
	return found
}

// referenceValue is what a field holds that names records.
func referenceValue(f *store.Field, rows []*store.Row) any {
	if f.Typ != store.TypeList {
		return rows[0].Key
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	return keys
}

// remembered begins the names of what a call set that is no field of the record: reads give
// it back. It is kept by what the action's name is about as well, since several can have a
// parameter of the same name: SetVmRDP and SetVmQga.
const remembered = "@set."

// object is an action's name without its verb: "VmRDP" of SetVmRDP.
func (a *api) object() string { return a.name[len(verbOf(a.name)):] }

// remember adds the parameters that are no fields of a kind to the fields of a record of it.
func (c *call) remember(k *store.Kind, fields map[string]any) {
	for name, value := range c.args {
		if k.ByName[name] == nil && name != "uuid" && name != "resourceUuid" && name != "deleteMode" && tagParams[name] == "" {
			fields[remembered+name] = value
			fields[remembered+c.api.object()+"."+name] = value
		}
	}
}

// genericDelete removes what an action deletes, or notes that it is deleted where it can be
// brought back.
func genericDelete(c *call) (*javajson.Object, *apierr.Error) {
	d := c.api.Describe().Deletes
	for _, r := range c.targets(d) {
		if !strings.HasPrefix(c.api.object(), r.Kind.Name) && kindOfEffect(d) == nil {
			c.forget(r) // It is not the record that goes, but something that was set for it.
			continue
		}
		if d.Recoverable {
			if state := deletedState(d.Inventory); state != "" && r.Str("state") != state {
				c.store().Touch(r, c.now, map[string]any{"state": state, "@before": r.Str("state")})
				continue
			}
		}
		c.node.remove(r, c.now)
	}
	return genericRead(c)
}

// forget takes back what the opposite of an action set for a record: SetVmHostname of
// DeleteVmHostname.
func (c *call) forget(r *store.Row) {
	opposite, ok := calls.Lookup("Set" + c.api.object())
	if !ok {
		return
	}
	params := opposite.Params()
	for i := range params {
		name := params[i].Name
		c.store().Set(r, map[string]any{remembered + name: nil, remembered + c.api.object() + "." + name: nil})
	}
}

// deletedState is the state of a resource that was deleted and can be brought back.
func deletedState(inventory string) string {
	for _, state := range calls.Values(inventory, "state") {
		if state == "Deleted" || state == "Destroyed" {
			return state
		}
	}
	return ""
}

// targets are the records that an action has an effect on.
func (c *call) targets(e *calls.Effect) []*store.Row {
	if e == nil {
		return nil
	}
	var uuids []string
	for _, name := range []string{e.Param, "uuid", "uuids"} {
		if uuids = c.uuids(name); len(uuids) > 0 {
			break
		}
	}
	var rows []*store.Row
	for _, uuid := range uuids {
		r := (*store.Row)(nil)
		if k := kindOfEffect(e); k != nil {
			r = c.store().Get(k.Name, uuid)
		} else {
			r = c.store().Find(uuid)
		}
		if r != nil {
			rows = append(rows, r)
		}
	}
	return rows
}

// genericUpdate sets the fields that an action is given, the state that its name or an event
// leads to, and what is attached to what.
func genericUpdate(c *call) (*javajson.Object, *apierr.Error) {
	e := c.api.Describe().Updates
	rows := c.targets(e)
	if e == nil {
		e, rows = c.named()
	}
	if deletes(c.api.name) {
		return c.deleteNamed(rows)
	}
	for _, r := range rows {
		fields := make(map[string]any)
		for name, value := range c.args {
			f := r.Kind.ByName[name]
			if f == nil || name == "uuid" || name == e.Param {
				continue
			}
			if v, ok := c.fieldValue(f, name, value, e.Inventory); ok && !(isDetaching(c.api.name) && f.Ref != "") {
				fields[name] = v
			}
		}
		c.remember(r.Kind, fields)
		if r.Kind.ByName["state"] != nil {
			if state := c.stateAfter(r, e.Inventory); state != "" {
				fields["state"] = state
			}
		}
		c.store().Touch(r, c.now, fields)
	}
	c.link(rows)
	for _, r := range rows {
		c.node.copyFields(r)
	}
	if len(rows) == 0 {
		return genericRead(c)
	}
	return c.result(rows[0])
}

// named is what an action seems to change of which the catalogue does not say so: what its
// first reference names.
func (c *call) named() (*calls.Effect, []*store.Row) {
	for _, ref := range c.references() {
		if len(ref.rows) > 0 {
			return &calls.Effect{Inventory: ref.kind.Name + "Inventory", Param: ref.param.Name}, ref.rows
		}
	}
	return new(calls.Effect), nil
}

// deletes reports whether an action's name says that it deletes something.
func deletes(name string) bool { return verbOf(strings.TrimPrefix(name, "Batch")) == "Delete" }

// deleteNamed removes the records that an action seems to delete: those whose kind it names.
// Of others something goes that was set for them.
func (c *call) deleteNamed(rows []*store.Row) (*javajson.Object, *apierr.Error) {
	for _, r := range rows {
		if what := strings.TrimPrefix(strings.TrimPrefix(c.api.name, "Batch"), "Delete"); what == r.Kind.Name || what == r.Kind.Name+"s" {
			c.node.remove(r, c.now)
		} else {
			c.forget(r)
		}
	}
	return genericRead(c)
}

// fieldValue is what a field of a record holds after it was set by the parameter of its name.
// A parameter of another form than the field says something else.
func (c *call) fieldValue(f *store.Field, param string, value any, inventory string) (any, bool) {
	if f.Typ == store.TypeRaw && c.api.param(param).Type != calls.TypeOf(inventory, f.Name) {
		return nil, false
	}
	return store.Convert(value, f.Typ)
}

// stateEvents are the states that the events of actions lead to.
var stateEvents = map[string]string{
	"enable": "Enabled", "disable": "Disabled", "maintain": "Maintenance", "preMaintain": "PreMaintenance", "deleting": "Deleting",
	"open": "Open", "close": "Closed", "start": "Running", "stop": "Stopped",
}

// verbStates are the states that actions lead to by the verbs of their names.
var verbStates = map[string][]string{
	"Start": {"Running", "Started"}, "Stop": {"Stopped"}, "Pause": {"Paused"}, "Resume": {"Running"}, "Enable": {"Enabled"}, "Disable": {"Disabled"},
	"Suspend": {"Suspended"}, "Reboot": {"Running"}, "Restart": {"Running"}, "Cancel": {"Canceled"}, "Destroy": {"Destroyed"},
}

// stateAfter is the state that an action leads a record to; empty when it leaves it.
func (c *call) stateAfter(r *store.Row, inventory string) string {
	if event := c.str("stateEvent"); event != "" {
		return stateEvents[event]
	}
	verb := verbOf(c.api.name)
	if verb == "Recover" {
		return r.Str("@before")
	}
	for _, state := range verbStates[verb] {
		if slices.Contains(calls.Values(inventory, "state"), state) {
			return state
		}
	}
	return ""
}

// verbOf is the first word of an action's name.
func verbOf(name string) string {
	if i := strings.IndexFunc(name[1:], func(r rune) bool { return r >= 'A' && r <= 'Z' }); i >= 0 {
		return name[:i+1]
	}
	return name
}

// result returns what the type of an action's result has for a record: the record itself
// where its type stands, and for other fields what a read would say.
func (c *call) result(r *store.Row) (*javajson.Object, *apierr.Error) {
	o := &javajson.Object{}
	for _, f := range calls.Fields(c.api.Describe().Result) {
		element, isList := strings.CutPrefix(f.Type, "list<")
		k, _ := store.Base(inventoryName(strings.TrimSuffix(element, ">")))
		switch {
		case k != r.Kind:
			o.Add(f.Name, c.readField(f, []*store.Row{r}))
		case isList:
			o.Add(f.Name, c.store().Inventories([]*store.Row{r}, nil))
		default:
			o.Add(f.Name, c.store().Inventory(r, nil))
		}
	}
	return o, nil
}
