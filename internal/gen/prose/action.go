package prose

import (
	"fmt"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// Action is the doc comment of an action struct: what it does, and then the
// facts of its call.
func (w *Writer) Action(a *catalog.Action) string {
	return w.does(a) + "\n\n" + w.facts(a)
}

// does is the first paragraph.
func (w *Writer) does(a *catalog.Action) string {
	short := strings.TrimSuffix(a.Name, "Action")
	if known, ok := w.sentences[short]; ok {
		return a.Name + " " + known
	}
	return a.Name + " " + w.predicate(a, w.words.read(short)) + "."
}

// predicate is what an action does, as far as its name tells.
func (w *Writer) predicate(a *catalog.Action, r reading) string {
	if r.head == "" {
		return "runs the server's " + w.words.phrase(strings.TrimSuffix(a.Name, "Action")).one + " call"
	}
	if a.Query {
		if n, ok := w.words.link(strings.TrimPrefix(strings.TrimSuffix(a.Name, "Action"), "Query")); ok {
			return "finds " + n.many
		}
		return w.finds(r)
	}
	if r.place != "" {
		return inCloud(r)
	}
	object := r.obj.a()
	switch r.head {
	case "Get":
		object = r.obj.the()
		if r.attr != nil {
			object = r.attr.the() + " of " + r.owner.a()
		} else if w.returnsMany(a) {
			object = "the " + r.obj.many
		}
	case "List":
		object = r.obj.many
	case "Change":
		if text, ok := switches(a, r); ok {
			return text
		}
		fallthrough
	case "Set", "Update", "Reset", "Sync", "Validate", "Check":
		if r.attr != nil {
			object = r.attr.the() + " of " + r.owner.a()
		}
	case "Delete":
		if r.attr != nil {
			return "removes " + r.attr.the() + " of " + r.owner.a()
		}
	case "Reconnect":
		return "makes the server connect to " + r.obj.a() + " anew"
	case "Expunge":
		return "deletes " + r.obj.a() + " for good"
	case "Rerun":
		return "runs " + r.obj.a() + " again"
	case "BatchAdd", "BatchCreate", "BatchDelete", "BatchSync":
		return r.verb.third + " " + r.obj.many + tail(r)
	}
	return r.verb.third + " " + object + tail(r) + rest(a, r)
}

// tail is the second thing that a name speaks of, with its preposition.
func tail(r reading) string {
	if r.prep == "" {
		return ""
	}
	return " " + r.prep + " " + r.to.a()
}

// rest says what an update does with what is not given.
func rest(a *catalog.Action, r reading) string {
	if r.head != "Update" {
		return ""
	}
	optional := 0
	for _, p := range a.Params {
		if !p.Required && p.Name != "systemTags" && p.Name != "userTags" {
			optional++
		}
	}
	if optional == 0 {
		return ""
	}
	return ". What is unset stays as it is"
}

// finds is the predicate of a query.
func (w *Writer) finds(r reading) string {
	switch {
	case r.place == "Local":
		return "finds " + ofCloud(r.obj.many) + " that ZStack has on record"
	case r.prep != "":
		return "finds " + r.obj.many + " " + r.prep + " " + r.to.many
	}
	return "finds " + r.obj.many
}

// inCloud is the predicate of an action on the public cloud that ZStack is
// joined to: the thing itself, or ZStack's record of it.
func inCloud(r reading) string {
	if r.place == "Local" {
		if r.head == "Delete" {
			return "deletes ZStack's record of " + r.obj.a() + " and leaves the public cloud alone"
		}
		return r.verb.third + " ZStack's record of " + r.obj.a()
	}
	switch r.head {
	case "Add":
		return "takes " + ofCloud(r.obj.a()) + " into ZStack's records"
	case "Sync":
		return "brings ZStack's records of " + r.obj.many + " into line with the public cloud"
	case "Get":
		return "returns the " + r.obj.many + " that the public cloud has"
	}
	if strings.Contains(r.obj.one, "public cloud") {
		return r.verb.third + " " + r.obj.a()
	}
	return r.verb.third + " " + r.obj.a() + " in the public cloud"
}

// ofCloud says that a thing is one of the public cloud, unless it says so itself.
func ofCloud(thing string) string {
	if strings.Contains(thing, "public cloud") {
		return thing
	}
	return thing + " of the public cloud"
}

// switches is the predicate of a change of state, as far as its events tell.
func switches(a *catalog.Action, r reading) (string, bool) {
	n := len(r.what)
	if n < 2 || r.what[n-1].key != "State" || r.prep != "" {
		return "", false
	}
	thing := join(r.what[:n-1])
	for _, p := range a.Params {
		if p.Name != "stateEvent" && p.Name != "state" && p.Name != "status" {
			continue
		}
		on, off, maintain := false, false, false
		for _, v := range p.Values {
			switch strings.ToLower(v) {
			case "enable", "enabled":
				on = true
			case "disable", "disabled":
				off = true
			case "maintain", "premaintain":
				maintain = true
			}
		}
		switch {
		case on && off && maintain:
			return "enables or disables " + thing.a() + ", or puts it into maintenance", true
		case on && off:
			return "enables or disables " + thing.a(), true
		}
	}
	return "changes the state of " + thing.a(), true
}

// returnsMany says whether an action's result is a list of data.
func (w *Writer) returnsMany(a *catalog.Action) bool {
	t := w.types[a.Result]
	if t == nil {
		return false
	}
	for _, f := range t.Fields {
		if f.Name == "inventories" {
			return true
		}
	}
	return false
}

// facts is the second paragraph of an action.
func (w *Writer) facts(a *catalog.Action) string {
	s := []string{fmt.Sprintf("It sends %s %s.", a.Method, a.Path)}
	if v := a.ZSphere; v != nil {
		s = append(s, fmt.Sprintf("On ZStack ZSphere that is %s %s.", v.Method, v.Path))
	}
	if v := a.NewerPath; v != nil {
		s = append(s, fmt.Sprintf("On %s it is %s %s.", server(v.Release), v.Method, v.Path))
	}
	if b := a.Behaviour; b != nil && b.Reads != nil && *b.Reads != (a.Method == "GET") {
		if *b.Reads {
			s = append(s, "It changes nothing.")
		} else {
			s = append(s, "It changes something on the server.")
		}
	}
	if a.Async {
		s = append(s, "The server runs it as a job: Call waits for its end, Start does not.")
	}
	if !a.Session {
		s = append(s, "It needs no session.")
	}
	s = append(s, w.returns(a))
	if text := release("It", a.Since, a.SinceZSphere, a.Products); text != "" {
		s = append(s, text)
	}
	return strings.Join(s, " ")
}

// release says since when and where there is something; nothing where both
// products have it and no source tells since when.
func release(it, since, sinceZSphere string, products []string) string {
	cloud, sphere := len(products) == 0, len(products) == 0
	for _, p := range products {
		cloud = cloud || p == "cloud"
		sphere = sphere || p == "zsphere"
	}
	small := strings.ToLower(it)
	switch {
	case !cloud && sinceZSphere != "":
		return "Only ZStack ZSphere has " + small + ", since " + sinceZSphere + "."
	case !cloud:
		return "Only ZStack ZSphere has " + small + "."
	case since == "" && !sphere:
		return "Only ZStack Cloud has " + small + "."
	case since == "" && sinceZSphere != "":
		return it + " came with ZStack ZSphere " + sinceZSphere + "."
	case since == "":
		return ""
	}
	text := it + " came with ZStack Cloud " + since
	if since == "1.9.0" {
		text += " or earlier"
	}
	switch {
	case !sphere:
		text += "; ZStack ZSphere does not have " + small
	case sinceZSphere != "":
		text += " and ZStack ZSphere " + sinceZSphere
	}
	return text + "."
}

// returns says what comes back.
func (w *Writer) returns(a *catalog.Action) string {
	link := "[" + a.Result + "]"
	t := w.types[a.Result]
	if t == nil || len(t.Fields) == 0 {
		return "It returns an empty " + link + "."
	}
	for _, f := range t.Fields {
		inner := element(f.Type)
		data := w.types[inner]
		if data == nil {
			continue
		}
		thing := w.typeNoun(data)
		of := " ([types." + inner + "])"
		switch {
		case a.Query && f.Name == "inventories":
			return "Each row is a " + "[types." + inner + "]; conditions narrow what is found, and All reads every row, page by page."
		case f.Name == "inventory" && inner == f.Type:
			return "It returns " + link + ", with " + w.state(a, inner, thing) + of + "."
		case f.Name == "inventories":
			return "It returns " + link + ", with the " + thing.many + of + "."
		}
	}
	if a.Query {
		return "Conditions narrow what is found, and All reads every row, page by page."
	}
	return "It returns " + link + "."
}

// state is how the thing in a result stands to the call.
func (w *Writer) state(a *catalog.Action, inventory string, thing noun) string {
	r := w.words.read(strings.TrimSuffix(a.Name, "Action"))
	switch r.head {
	case "Create", "Clone":
		return "the new " + thing.one
	case "Add":
		// A rule that is added to a group returns the group.
		object := strings.TrimSuffix(strings.TrimPrefix(a.Name, "Add"), "Action")
		part, toWhole := strings.CutPrefix(object, strings.TrimSuffix(inventory, "Inventory"))
		if toWhole && part != "" && r.prep == "" {
			break
		}
		if r.prep == "" || r.place != "" || strings.Contains(object, "By") {
			return "the new " + thing.one
		}
	case "Get", "Calculate", "Check", "Validate", "Request", "Preview", "":
		return "the " + thing.one
	}
	return "the " + thing.one + " as it now is"
}

// element is the type inside list<T>, or the type itself.
func element(t string) string {
	if inner, ok := strings.CutPrefix(t, "list<"); ok {
		return strings.TrimSuffix(inner, ">")
	}
	return t
}
