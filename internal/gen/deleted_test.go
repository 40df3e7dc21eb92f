package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// withDeletion is the tiny catalogue with pumps that are kept after their deletion.
func withDeletion() (*catalog.Catalogue, *catalog.Deletion) {
	c := tiny()
	d := &catalog.Deletion{Field: "state", Values: []string{"off", "ON"}, RecoveredBy: "StartPumpAction"}
	for _, typ := range c.Types {
		if typ.Name == "Pump" {
			typ.Deleted = d
		}
	}
	c.Actions[1].Path = "/pumps"
	return c, d
}

func TestDeletedResourcesThatAreKept(t *testing.T) {
	t.Parallel()
	c, _ := withDeletion()
	files, err := generate(c, plain{}, new(grouping))
	require.NoError(t, err)
	require.Contains(t, string(files["types/pump.go"]),
		"func (v *Pump) Deleted() bool { return v.State == \"off\" || v.State == \"ON\" }")
	require.Contains(t, string(files["actions/pumps.go"]),
		"// [StartPumpAction] brings it back: its Deleted method tells.\nfunc GetPump(")
}

func TestDeletionsThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil func(*catalog.Catalogue, *catalog.Deletion)
		want  string
	}{
		"unknown field": {func(_ *catalog.Catalogue, d *catalog.Deletion) { d.Field = "status" },
			"type Pump: no field status says that it was deleted"},
		"field of another type": {func(_ *catalog.Catalogue, d *catalog.Deletion) { d.Field = "createDate" },
			"type Pump: the field createDate, which says that it was deleted, is no string"},
		"no value": {func(_ *catalog.Catalogue, d *catalog.Deletion) { d.Values = nil },
			"type Pump: no value of state says that it was deleted"},
		"unknown value": {func(_ *catalog.Catalogue, d *catalog.Deletion) { d.Values = []string{"Off"} },
			`type Pump: "Off" is no value of state that is known`},
		"unknown action": {func(_ *catalog.Catalogue, d *catalog.Deletion) { d.RecoveredBy = "RepairPumpAction" },
			"type Pump: no action RepairPumpAction brings it back"},
		"field of the method's name": {func(c *catalog.Catalogue, _ *catalog.Deletion) {
			for _, typ := range c.Types {
				if typ.Name == "HandPump" {
					typ.Fields = append(typ.Fields, &catalog.Field{Name: "deleted", Type: "bool"})
				}
			}
		}, "type HandPump: field deleted and a generated method are both called Deleted in Go"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, d := withDeletion()
			tt.spoil(c, d)
			_, err := generate(c, plain{}, new(grouping))
			require.ErrorContains(t, err, tt.want)
		})
	}
}
