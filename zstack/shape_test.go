package zstack_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// Results of a caller's own are read as encoding/json reads them, whatever it is
// that they embed.
func TestResultsOfEveryForm(t *testing.T) {
	t.Parallel()
	const body = `{"name":"a","Untagged":"b","base":{"name":"c"},"age":1,"own":"d"}`
	type (
		Base struct {
			Name string `json:"name"`
			Age  int64  `json:"age"`
		}
		unexported struct {
			Name string `json:"name"`
		}
		Middle struct {
			*Base
			Own string `json:"own"`
		}
		Loop struct {
			*Loop
			Name string `json:"name"`
		}
	)
	for name, make := range map[string]func() any{
		"untagged": func() any { return new(struct{ Untagged string }) },
		"ignored": func() any {
			return &struct {
				Name string `json:"-"`
			}{"mine"}
		},
		"embedded":                   func() any { return new(struct{ Base }) },
		"embedded and unexported":    func() any { return new(struct{ unexported }) },
		"embedded pointer":           func() any { return new(struct{ *Base }) },
		"embedded pointer that is":   func() any { return &struct{ *Base }{&Base{Name: "x"}} },
		"unexported pointer that is": func() any { return &struct{ *unexported }{&unexported{Name: "x"}} },
		"embedded twice":             func() any { return new(struct{ Middle }) },
		"embedded under a name": func() any {
			return new(struct {
				Base `json:"base"`
			})
		},
		"shadowed": func() any {
			return new(struct {
				Name string `json:"name"`
				Middle
			})
		},
		"shadowed later": func() any {
			return new(struct {
				Middle
				Name string `json:"name"`
			})
		},
		"shadowed by what is less deep": func() any {
			return new(struct {
				Middle
				unexported
			})
		},
		"itself": func() any { return new(Loop) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, called, decoded := make(), make(), make()
			require.NoError(t, json.Unmarshal([]byte(body), want))
			c := clientOf(t, always(200, body))
			require.NoError(t, c.Call(t.Context(), getVersion{}, called))
			require.NoError(t, c.Decode([]byte(body), decoded))
			require.Equal(t, want, called)
			require.Equal(t, want, decoded)
		})
	}
	t.Run("what cannot be made", func(t *testing.T) {
		t.Parallel()
		err := clientOf(t, always(200, body)).Call(t.Context(), getVersion{}, new(struct{ *unexported }))
		var failed *zstack.DecodeError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "name", failed.Field)
		require.ErrorContains(t, err, "unexported struct")
	})
}
