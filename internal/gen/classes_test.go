package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestClasses(t *testing.T) {
	t.Parallel()
	c := tiny()
	c.Types = append(c.Types, &catalog.Type{Name: "PumpMode", Kind: "enum", ServerClasses: []string{"org.zstack.header.pump.PumpMode"}, Values: []string{"slow"}})
	files, err := generate(c, plain{}, new(grouping))
	require.NoError(t, err)
	src := string(files["types/classes.go"])
	require.Contains(t, src, `
func New(class string) any {
	switch class {
	case "org.zstack.header.pump.FootPump":
		return new(FootPump)
	case "org.zstack.header.pump.HandPump":
		return new(HandPump)
	case "org.zstack.header.pump.Pump":
		return new(Pump)
	default:
		return nil
	}
}
`)
}

func TestNamed(t *testing.T) {
	t.Parallel()
	const typeMethod, resultMethod = "func (v *Pipe) Named(class string) any { return New(class) }", "func (v *StartPumpResult) Named(class string) any { return types.New(class) }"
	for _, tt := range []struct {
		typ  string
		free bool
		want bool
	}{
		{"any", false, true}, {"list<any>", false, true}, {"map<string,any>", false, true}, {"map<string,list<map<string,any>>>", false, true},
		{"any", true, false}, {"list<any>", true, false}, {"string", false, false}, {"list<Pump>", false, false},
	} {
		t.Run(tt.typ, func(t *testing.T) {
			t.Parallel()
			c := tiny()
			pipe, result := c.Types[5], c.Types[0]
			require.Equal(t, "notes", pipe.Fields[4].Name)
			pipe.Fields[4].Free = true
			for _, typ := range []*catalog.Type{pipe, result} {
				typ.Fields = append(typ.Fields, &catalog.Field{Name: "content", Type: tt.typ, Free: tt.free})
			}
			files, err := generate(c, plain{}, new(grouping))
			require.NoError(t, err)
			for text, src := range map[string]string{typeMethod: string(files["types/misc.go"]), resultMethod: string(files["actions/pumps.go"])} {
				if tt.want {
					require.Contains(t, src, text)
				} else {
					require.NotContains(t, src, text)
				}
			}
		})
	}
}
