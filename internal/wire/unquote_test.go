package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnquote(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		json, want string
		ok         bool
	}{
		{`"a"`, "a", true}, {`""`, "", true}, {`"\u0061\n"`, "a\n", true}, {"\"\xff\"", "\uFFFD", true}, {`1`, "", false}, {``, "", false}, {`"`, "", false}, {`{}`, "", false}, {`null`, "", false},
	} {
		t.Run(tt.json, func(t *testing.T) {
			t.Parallel()
			got, ok := Unquote([]byte(tt.json))
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.want, string(got))
		})
	}
}
