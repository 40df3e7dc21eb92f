package catdiff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestBehaviour(t *testing.T) {
	t.Parallel()
	is := func(b catalog.Behaviour, resources ...catalog.Resource) func(*catalog.Catalogue) {
		return func(c *catalog.Catalogue) {
			start(c).Behaviour = &b
			// The query's is the same in both editions: it makes both know something.
			query(c).Behaviour = &catalog.Behaviour{Reads: new(true)}
			for _, r := range resources {
				c.Resources = append(c.Resources, &r)
			}
		}
	}
	plain := is(catalog.Behaviour{})
	const subject = "  ~ StartPumpAction: "
	runSteps(t, []step{
		{"reads", plain, is(catalog.Behaviour{Reads: new(false)}), []string{subject + "reads: none → no"}},
		{"ends well without the resource", plain, is(catalog.Behaviour{SuccessIfMissing: true}), []string{subject + "successIfMissing: no → yes"}},
		{"creates", plain, is(catalog.Behaviour{Creates: &catalog.Creates{Inventory: "Pump", UUID: "resourceUuid", SettledBy: "QueryPumpAction"}}),
			[]string{subject + "creates: none → Pump by resourceUuid settled by QueryPumpAction"}},
		{"deletes", is(catalog.Behaviour{Deletes: &catalog.Changes{Inventory: "Pump"}}), is(catalog.Behaviour{Deletes: &catalog.Changes{Inventory: "Pump", UUID: "uuid", Recoverable: true}}),
			[]string{subject + "deletes: Pump → Pump by uuid, recoverable"}},
		{"updates", plain, is(catalog.Behaviour{Updates: &catalog.Changes{UUID: "uuid"}}), []string{subject + "updates: none → by uuid"}},
		{"long job", plain, is(catalog.Behaviour{LongJob: true}), []string{subject + "longJob: no → yes"}},
		{"timeout", plain, is(catalog.Behaviour{TimeoutSeconds: 60}), []string{subject + "timeoutSeconds: none → 60"}},
		{"what parameters name", is(catalog.Behaviour{Params: map[string]catalog.ParamMeaning{"a": {RefersTo: catalog.OneOrMore{"PumpVO"}, By: "name"}}}),
			is(catalog.Behaviour{Params: map[string]catalog.ParamMeaning{"b": {RefersTo: catalog.OneOrMore{"TankVO", "PumpVO"}}}}),
			[]string{"  ~ StartPumpAction.a: refersTo: PumpVO by name → none", "  ~ StartPumpAction.b: refersTo: none → PumpVO, TankVO"}},
		{"resources", is(catalog.Behaviour{}, catalog.Resource{Resource: "AVO", Inventory: "A"}, catalog.Resource{Resource: "BVO", Inventory: "B"}),
			is(catalog.Behaviour{}, catalog.Resource{Resource: "BVO", Inventory: "B2", By: "name"}, catalog.Resource{Resource: "CVO"}),
			[]string{"  - AVO: A", "  + CVO", "  ~ BVO: by: none → name", "  ~ BVO: inventory: B → B2"}},
		{"nothing known of an action", func(c *catalog.Catalogue) { plain(c); start(c).Behaviour = nil }, plain, nil},
	})
}

func TestBehaviourOfOneEditionOnly(t *testing.T) {
	t.Parallel()
	knowing := tiny()
	start(knowing).Behaviour = &catalog.Behaviour{LongJob: true}
	r := reportOn(tiny(), knowing)
	require.Empty(t, r.changes)
	require.Contains(t, written(t, r, false), "\nOnly the new catalogue has a behaviour.json, so behaviour is not compared.\n")
	require.Contains(t, written(t, reportOn(knowing, tiny()), false), "\nOnly the old catalogue has a behaviour.json, so behaviour is not compared.\n")
}
