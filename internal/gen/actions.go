package main

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// zsvirt is the only release that has paths of its own.
const zsvirt = "zsvirt-1.0.0"

// products maps the catalogue's products to the constants of package zstack.
var products = map[string]string{"cloud": "zstack.Cloud", "zsphere": "zstack.ZSphere"}

// actionPieces writes every action, each with its methods and, where it is the
// first by name to return it, its result.
func (g *api) actionPieces() map[*catalog.Action]*piece {
	names := g.newNameSpace("package actions")
	pieces := make(map[*catalog.Action]*piece)
	for _, a := range g.actions {
		names.claim(a.Name, "action "+a.Name)
		names.claim(infoName(a.Name), "the description of "+a.Name)
		if g.isReadByUUID(a) {
			names.claim(getterName(a), "the function that reads one row of "+a.Name)
		}
		p := newPiece(a.Name)
		pieces[a] = p
		g.checkCall(a)
		g.writeAction(p, a)
		result := g.typeNamed[a.Result]
		switch {
		case result == nil:
			g.add("action %s returns %q, which is not in the catalogue", a.Name, a.Result)
		case result.Kind != "class":
			g.add("action %s returns %s, which is no class", a.Name, a.Result)
		case g.users[a.Result][0] == a:
			names.claim(result.Name, "result "+result.Name)
			p.printf("\n")
			g.writeResult(p, result)
		}
	}
	return pieces
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// checkCall looks at everything about an action but its parameters.
func (g *api) checkCall(a *catalog.Action) {
	where := "action " + a.Name
	check := func(method, path string) {
		switch method {
		case "GET", "POST", "PUT", "DELETE":
		default:
			g.add("%s: the method %q is unknown", where, method)
		}
		if !strings.HasPrefix(path, "/") {
			g.add("%s: the path %q does not start with a slash", where, path)
		}
		if a.Query {
			// The engine fills a query's placeholders from its conditions.
			return
		}
		known := make(map[string]bool)
		for _, p := range a.Params {
			known[p.Name] = true
		}
		for _, m := range placeholder.FindAllStringSubmatch(path, -1) {
			if !known[m[1]] {
				g.add("%s: no parameter fills {%s} in the path %s", where, m[1], path)
			}
		}
	}
	check(a.Method, a.Path)
	for _, v := range []*catalog.Variant{a.ZSphere, a.NewerPath} {
		if v != nil {
			check(v.Method, v.Path)
		}
	}
	g.checkBehaviour(a)
	if len(a.Products) == 0 {
		g.add("%s: no product has it", where)
	}
	for _, product := range a.Products {
		if products[product] == "" {
			g.add("%s: the product %q is unknown", where, product)
		}
	}
}

// checkBehaviour looks at what is said to settle a creation.
func (g *api) checkBehaviour(a *catalog.Action) {
	where := "action " + a.Name
	b := a.Behaviour
	if b == nil || b.Creates == nil {
		return
	}
	uuid := b.Creates.UUID
	if uuid != "" && !slices.ContainsFunc(a.Params, func(p *catalog.Param) bool { return p.Name == uuid && p.Type == "string" }) {
		g.add("%s: no string parameter %s sets the UUID of what it creates", where, uuid)
	}
	if b.Creates.SettledBy == "" {
		return
	}
	query := g.actionNamed(b.Creates.SettledBy)
	switch {
	case query == nil || !g.isReadByUUID(query):
		g.add("%s: it is settled by %s, which reads nothing by its UUID", where, b.Creates.SettledBy)
	case uuid == "":
		g.add("%s: it is settled by %s, but nothing sets the UUID", where, b.Creates.SettledBy)
	}
}

// actionNamed returns an action; nil when there is none of that name.
func (g *api) actionNamed(name string) *catalog.Action {
	i, ok := slices.BinarySearchFunc(g.actions, name, func(a *catalog.Action, name string) int { return cmp.Compare(a.Name, name) })
	if !ok {
		return nil
	}
	return g.actions[i]
}

// writeAction writes an action's struct, its description and its methods.
func (g *api) writeAction(p *piece, a *catalog.Action) {
	p.use("context", modulePath+"/zstack")
	p.comment(0, g.prose.Action(a))
	p.printf("type %s struct {\n", a.Name)
	fields := g.actionFields(a)
	for _, f := range fields {
		f.write(p)
	}
	if len(fields) > 0 {
		p.printf("\n")
	}
	for _, f := range credentials {
		if f.doc != "" {
			p.comment(1, f.doc)
		}
		p.printf("\t%s %s %s\n", f.name, f.typ, f.tag)
	}
	p.printf("\n\tgiven zstack.Given\n}\n\n")
	g.writeInfo(p, a)
	g.writeMethods(p, a)
}

// writeInfo writes an action's description, as data that needs no code to
// initialise it.
func (g *api) writeInfo(p *piece, a *catalog.Action) {
	p.printf("var %s = zstack.ActionInfo{\n\tName: %q,\n\tMethod: %q, Path: %q,", infoName(a.Name), a.Name, a.Method, a.Path)
	if a.Body != nil && *a.Body != "" {
		p.printf(" Body: %q,", *a.Body)
	}
	b := a.Behaviour
	if b == nil {
		b = new(catalog.Behaviour)
	}
	p.printf("\n\t")
	for _, flag := range []struct {
		on   bool
		name string
	}{{a.Async, "Async"}, {a.Session, "Session"}, {a.Query, "Query"}, {b.Reads != nil && *b.Reads, "Reads"}, {b.LongJob, "LongJob"}} {
		if flag.on {
			p.printf("%s: true, ", flag.name)
		}
	}
	if a.Since != "" {
		p.printf("Since: %q, ", a.Since)
	}
	var list []string
	for _, product := range a.Products {
		list = append(list, products[product])
	}
	p.printf("Products: []zstack.Product{%s},\n", strings.Join(list, ", "))
	if c := b.Creates; c != nil && c.UUID != "" {
		p.printf("\tResourceUUID: %q,", c.UUID)
		if query := g.actionNamed(c.SettledBy); query != nil {
			p.printf(" SettledBy: &%s,", infoName(query.Name))
		}
		p.printf("\n")
	}
	if b.TimeoutSeconds != 0 {
		p.use("time")
		p.printf("\tTimeout: %d * time.Second,\n", b.TimeoutSeconds)
	}
	if a.PollAfter > 0 {
		p.use("time")
		p.printf("\tPollAfter: %d * time.Millisecond,\n", a.PollAfter)
	}
	if a.Complete != "" {
		p.printf("\tComplete: %q,\n", a.Complete)
		if b.Creates == nil || b.Creates.SettledBy == "" {
			g.add("action %s: nothing reads the %s that its result may lack", a.Name, a.Complete)
		}
	}
	writeVariant(p, "ZSphere", a.ZSphere)
	writeVariant(p, "ZSvirt", a.NewerPath)
	if v := a.NewerPath; v != nil && v.Release != zsvirt {
		g.add("action %s: what changes with the release %q is not understood", a.Name, v.Release)
	}
	p.printf("}\n\n")
}

// writeVariant writes how another product wants the action called; nothing where it
// does not.
func writeVariant(p *piece, name string, v *catalog.Variant) {
	if v != nil {
		p.printf("\t%s: &zstack.Variant{Method: %q, Path: %q, Body: %q, Async: %s},\n", name, v.Method, v.Path, v.Body, strconv.FormatBool(v.Async))
	}
}

// methodTemplate is the methods that all actions have. A call's body hands the
// engine the action and a pointer to the result and is not generic: that is what
// keeps two thousand of them cheap to compile. So does leaving them whole: the compiler
// would put each a second time into the method of the pointer that it makes.
const methodTemplate = `// ActionInfo describes the call.
func ($A) ActionInfo() *zstack.ActionInfo { return &$I }

// Call $C
//
//go:noinline
func (a $A) Call(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) (*$R, error) {
	res := new($R)
	if err := c.Call(ctx, a, res, opts...); err != nil {
		return nil, err
	}
	return res, nil
}
`

// startTemplate is the method that the actions have besides which the server runs as
// jobs.
const startTemplate = `
// Start starts the job and returns without waiting for it.
//
//go:noinline
func (a $A) Start(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) (*zstack.Job[$R], error) {
	job := new(zstack.Job[$R])
	if err := c.Start(ctx, a, job, opts...); err != nil {
		return nil, err
	}
	return job, nil
}
`

// queryTemplate is the methods that query actions have besides. Their loops are
// plain for the same reason: generic ones would be compiled for every type of row.
const queryTemplate = `
// All iterates over what matches, fetching page after page as it goes. See [zstack.Pager].
//
//go:noinline
func (a $A) All(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) iter.Seq2[$E, error] {
	return func(yield func($E, error) bool) {
		page := new($R)
		pager := zstack.NewPager(c, a, page, opts...)
		defer pager.Close()
		for pager.Next(ctx) {
			for i := range page.Inventories {
				if !yield(page.Inventories[i], nil) {
					return
				}
			}
		}
		if err := pager.Err(); err != nil {
			yield($E{}, err)
		}
	}
}

// Pages iterates over what matches, a page at a time. See [zstack.Pager].
//
//go:noinline
func (a $A) Pages(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) iter.Seq2[*$R, error] {
	return func(yield func(*$R, error) bool) {
		page := new($R)
		pager := zstack.NewPager(c, a, page, opts...)
		defer pager.Close()
		for pager.Next(ctx) {
			if kept := *page; !yield(&kept, nil) {
				return
			}
		}
		if err := pager.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// Count returns how many there are of what matches. See [zstack.Client.Count].
//
//go:noinline
func (a $A) Count(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) (int64, error) {
	return c.Count(ctx, a, opts...)
}

// First returns the first of what matches. See [zstack.Client.First].
//
//go:noinline
func (a $A) First(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) (*$E, error) {
	res := new($R)
	if err := c.First(ctx, a, res, opts...); err != nil {
		return nil, err
	}
	return &res.Inventories[0], nil
}

// One returns what alone matches. See [zstack.Client.One].
//
//go:noinline
func (a $A) One(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) (*$E, error) {
	res := new($R)
	if err := c.One(ctx, a, res, opts...); err != nil {
		return nil, err
	}
	return &res.Inventories[0], nil
}
`

// getTemplate is the function that reads one resource by its uuid.
const getTemplate = `
// $G returns the [$E] with a UUID, by GET $P/{uuid}.
// [zstack.IsNotFound] knows the error when there is none. See [zstack.Client.Get].$D
func $G(ctx context.Context, c *zstack.Client, uuid string, opts ...zstack.CallOption) (*$E, error) {
	res := new($R)
	if err := c.Get(ctx, $A{}, uuid, res, opts...); err != nil {
		return nil, err
	}
	return &res.Inventories[0], nil
}
`

const encodingTemplate = `
// UnmarshalJSON reads the parameters by their wire names and remembers which were there.
func (a *$A) UnmarshalJSON(data []byte) error { return zstack.UnmarshalAction(data, a, &a.given) }
`

// writeMethods writes an action's methods.
func (g *api) writeMethods(p *piece, a *catalog.Action) {
	call := "sends the request and returns the reply."
	if a.Query {
		call = "sends the request and returns one page: without a Limit the server stops\n// at 1,000 rows, and All reads every row."
	}
	if a.Async {
		call = "starts the job and waits until it is done."
	}
	r := strings.NewReplacer("$A", a.Name, "$I", infoName(a.Name), "$R", a.Result, "$C", call,
		"$D", g.deletionNote(a), "$E", g.element(a), "$G", getterName(a), "$P", strings.TrimSuffix(a.Path, "/"))
	p.printf("%s", r.Replace(methodTemplate))
	if a.Async {
		p.printf("%s", r.Replace(startTemplate))
	}
	if a.Query {
		p.use("iter", modulePath+"/types")
		p.printf("%s", r.Replace(queryTemplate))
	}
	p.printf("%s", r.Replace(encodingTemplate))
	if g.isReadByUUID(a) {
		p.printf("%s", r.Replace(getTemplate))
	}
}

// getterName is the name of the function that reads one of what a query action
// lists: QueryVmInstanceAction has GetVmInstance.
func getterName(a *catalog.Action) string {
	return "Get" + strings.TrimSuffix(strings.TrimPrefix(a.Name, "Query"), "Action")
}

// isReadByUUID reports whether the server reads one of what a query action lists at
// the action's path with a uuid behind it: rows have one, and the path is the list's.
func (g *api) isReadByUUID(a *catalog.Action) bool {
	if !a.Query || !strings.HasPrefix(a.Name, "Query") || strings.ContainsAny(a.Path, "{}") {
		return false
	}
	row := g.typeNamed[strings.TrimPrefix(g.element(a), "types.")]
	for ; row != nil; row = g.typeNamed[row.Extends] {
		for _, f := range row.Fields {
			if f.Name == "uuid" {
				return f.Type == "string"
			}
		}
	}
	return false
}

// deletionNote says of a function that reads one row that the row may be of a deleted
// resource; it is empty where the server is not known to keep those.
func (g *api) deletionNote(a *catalog.Action) string {
	row := g.typeNamed[strings.TrimPrefix(g.element(a), "types.")]
	if row == nil || row.Deleted == nil {
		return ""
	}
	return "\n//\n// It also returns one that was deleted and is kept for a while, during which\n// [" + row.Deleted.RecoveredBy + "] brings it back: its Deleted method tells."
}

// element is the Go type of what a query action lists; nothing for other actions.
func (g *api) element(a *catalog.Action) string {
	if !a.Query {
		return ""
	}
	if result := g.typeNamed[a.Result]; result != nil {
		for _, f := range result.Fields {
			if e, err := parseType(f.Type); f.Name == "inventories" && err == nil && e.name == "list" && g.isClass(*e.elem) {
				return e.elem.goType("types.")
			}
		}
	}
	g.add("action %s is a query, but its result %s has no list of a class named inventories", a.Name, a.Result)
	return "any"
}

// writeResult writes what actions return.
func (g *api) writeResult(p *piece, t *catalog.Type) {
	var methods []string
	if g.hasTypedAny(t) {
		methods = append(methods, named)
	}
	p.comment(0, g.prose.Result(t, g.users[t.Name]))
	fields := g.typeFields(t, "types.", methods)
	if len(fields) == 0 {
		p.printf("type %s struct{}\n", t.Name)
		return
	}
	p.printf("type %s struct {\n", t.Name)
	for _, f := range fields {
		f.write(p)
	}
	p.printf("}\n")
	g.writeNamed(p, t, "types.")
}
