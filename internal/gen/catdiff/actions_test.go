package catdiff

import (
	"testing"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestActions(t *testing.T) {
	t.Parallel()
	variantOf := func(path string) *catalog.Variant { return &catalog.Variant{Method: "PUT", Path: path} }
	runSteps(t, []step{
		{"nothing", nil, nil, nil},
		{"added", nil, func(c *catalog.Catalogue) {
			c.Actions = append(c.Actions, &catalog.Action{Name: "StopPumpAction", Method: "PUT", Path: "/stop", Result: "StartPumpResult", Params: []*catalog.Param{{Name: "uuid", Required: true}}})
		}, []string{"  + StopPumpAction: PUT /stop"}},
		{"removed", nil, func(c *catalog.Catalogue) { query(c).Result, c.Actions = "StartPumpResult", c.Actions[:1] },
			[]string{"! - QueryPumpAction (its type and methods are gone)", "! ~ QueryPumpResult: package: actions → types (another import)"}},
		{"renamed", nil, toStart(func(a *catalog.Action) { a.Name = "RunPumpAction" }),
			[]string{"! - StartPumpAction: RunPumpAction makes the same call (its type and methods are gone)", "  + RunPumpAction: PUT /pumps/{uuid}"}},
		{"method", nil, toStart(func(a *catalog.Action) { a.Method = "POST" }), []string{"! ~ StartPumpAction: method: PUT → POST (another request is sent)"}},
		{"path", nil, toStart(func(a *catalog.Action) { a.Path = "/pump/{uuid}" }), []string{"! ~ StartPumpAction: path: /pumps/{uuid} → /pump/{uuid} (another request is sent)"}},
		{"body", nil, toStart(func(a *catalog.Action) { a.Body = nil }), []string{"! ~ StartPumpAction: body: startPump → none (another request is sent)"}},
		{"an empty body is none", toStart(func(a *catalog.Action) { a.Body = nil }), toStart(func(a *catalog.Action) { a.Body = new("") }), nil},
		{"ZSphere's call", nil, toStart(func(a *catalog.Action) { a.ZSphere = variantOf("/zs") }), []string{"! ~ StartPumpAction: zsphere: none → PUT /zs (another request is sent to ZSphere)"}},
		{"ZSphere's call where ZSphere did not have it", toStart(func(a *catalog.Action) { a.Products = []string{"cloud"} }), toStart(func(a *catalog.Action) { a.ZSphere = variantOf("/zs") }),
			[]string{"  ~ StartPumpAction: products: cloud → cloud, zsphere (information)", "  ~ StartPumpAction: zsphere: none → PUT /zs (ZSphere did not have the action)"}},
		{"a newer server's call", nil, toStart(func(a *catalog.Action) {
			a.NewerPath = &catalog.Variant{Release: "5.5", Method: "POST", Path: "/new", Body: "params", Async: true}
		}), []string{"  ~ StartPumpAction: newerPath: none → from 5.5 POST /new params async (older servers get what they got)"}},
		{"another call of a newer server", toStart(func(a *catalog.Action) { a.NewerPath = variantOf("/new") }), toStart(func(a *catalog.Action) { a.NewerPath = variantOf("/newer") }),
			[]string{"! ~ StartPumpAction: newerPath: PUT /new → PUT /newer (another request is sent to newer servers)"}},
		{"asynchronous", nil, toStart(func(a *catalog.Action) { a.Async = true }), []string{"! ~ StartPumpAction: async: no → yes (compiles, but Start no longer waits for the end)"}},
		{"synchronous", toStart(func(a *catalog.Action) { a.Async = true }), nil, []string{"! ~ StartPumpAction: async: yes → no (compiles, but there is no job to resume or cancel)"}},
		{"with a session", toStart(func(a *catalog.Action) { a.Session = false }), nil, []string{"! ~ StartPumpAction: session: no → yes (refuses what was accepted)"}},
		{"without a session", nil, toStart(func(a *catalog.Action) { a.Session = false }), []string{"  ~ StartPumpAction: session: yes → no (relaxed)"}},
		{"query", func(c *catalog.Catalogue) { query(c).Query = false }, nil,
			[]string{"! ~ QueryPumpAction: query: no → yes (other parameters and methods)", "! ~ QueryPumpAction: rows: none → list<Pump> (All, Pages, First and One give another type)"}},
		{"result", nil, toStart(func(a *catalog.Action) { a.Result = "QueryPumpResult" }),
			[]string{"! ~ StartPumpAction: result: StartPumpResult → QueryPumpResult (Call and Start return another type)", "! ~ StartPumpResult: package: actions → types (another import)"}},
		{"rows", nil, func(c *catalog.Catalogue) { c.Types[1].Fields[0].Type = "list<HandPump>" },
			[]string{"! ~ QueryPumpAction: rows: list<Pump> → list<HandPump> (All, Pages, First and One give another type)", "! ~ QueryPumpResult.inventories: type: list<Pump> → list<HandPump> (another Go type)"}},
		{"row", nil, func(c *catalog.Catalogue) { query(c).Row = "HandPump" }, []string{"! ~ QueryPumpAction: row: none → HandPump (Call, All and their kin give another type)"}},
		{"products", nil, toStart(func(a *catalog.Action) { a.Products = []string{"zsphere"} }), []string{"  ~ StartPumpAction: products: cloud, zsphere → zsphere (information)"}},
		{"another order of products", nil, toStart(func(a *catalog.Action) { a.Products = []string{"zsphere", "cloud"} }), nil},
		{"since", nil, toStart(func(a *catalog.Action) { a.Since = "5.0.0" }), []string{"  ~ StartPumpAction: since: none → 5.0.0 (information)"}},
		{"source", nil, toStart(func(a *catalog.Action) { a.Source = "manual" }), []string{"  ~ StartPumpAction: source: none → manual (information)"}},
	})
}
