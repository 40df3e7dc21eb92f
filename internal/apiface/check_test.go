package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const shop = `package shop

import "context"

// MaxItems is a constant.
const MaxItems = 3

type Item struct {
	Name  string
	Price int
	sold  bool
}

func (i *Item) Sell() error { return nil }

type Store interface {
	Get(ctx context.Context, name string) (*Item, error)
}

type Option func(*options)

type options struct{ all bool }

func Open(path string, opts ...Option) (Store, error) { return nil, nil }

func First[T any](list []T) (T, bool) { panic("none") }
`

const advice = "If this is meant, renew the stored face by\n" +
	"\tgo run -C internal/apiface . -write\n" +
	"and commit it with the change.\n"

// What examples are made of is for reading, and promises nothing.
func TestPackagesOfExamplesAreNoneOfTheFace(t *testing.T) {
	t.Parallel()
	f := newFixture(t, shop)
	f.file("examples/visit/visit.go", "package visit\n\nfunc Visit() {}\n")
	got, ok := f.check()
	require.True(t, ok, got)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from, to string // what is replaced in the source
		want           string
	}{
		{"a function removed", "func First[T any](list []T) (T, bool) { panic(\"none\") }", "",
			"Incompatible with the stored face:\n\tshop: First: removed\n" + advice},
		{"a parameter added", "Open(path string,", "Open(path string, mode int,",
			"Incompatible with the stored face:\n\tshop: Open: changed from func(string, ...Option) (Store, error) to func(string, int, ...Option) (Store, error)\n" + advice},
		{"the type of a field", "Price int", "Price float64",
			"Incompatible with the stored face:\n\tshop: Item.Price: changed from int to float64\n" + advice},
		{"a method in an interface", "(*Item, error)\n}", "(*Item, error)\n\tClose() error\n}",
			"Incompatible with the stored face:\n\tshop: Store.Close: added\n" + advice},
		{"the value of a constant", "MaxItems = 3", "MaxItems = 4",
			"Incompatible with the stored face:\n\tshop: MaxItems: value changed from 3 to 4\n" + advice},
		{"what makes a struct incomparable", "sold  bool", "sold  []bool",
			"Incompatible with the stored face:\n\tshop: Item: old is comparable, new is not\n" + advice},
		{"a method removed", "func (i *Item) Sell() error { return nil }", "",
			"Incompatible with the stored face:\n\tshop: (*Item).Sell: removed\n" + advice},
		{"a type parameter restricted", "First[T any]", "First[T comparable]",
			"Incompatible with the stored face:\n\tshop: First: changed from func[T any]([]T) (T, bool) to func[T comparable]([]T) (T, bool)\n" + advice},
		{"a field added", "Price int", "Price int\n\tColour string",
			"Added since the stored face:\n\tshop: Item.Colour: added\n" + advice},
		{"a function added", "// MaxItems", "func Close() {}\n\n// MaxItems",
			"Added since the stored face:\n\tshop: Close: added\n" + advice},
		{"another word for the same type", "func First[T any]", "func First[T interface{}]",
			"Written differently than in the stored face:\n\tshop: - func First[T any]([]T) (T, bool)\n\tshop: + func First[T interface{}]([]T) (T, bool)\n" + advice},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, shop)
			f.file("shop/shop.go", replaced(t, shop, tt.from, tt.to))
			got, ok := f.check()
			require.Equal(t, tt.want, got)
			require.False(t, ok)

			f.write()
			got, ok = f.check()
			require.Equal(t, "The public face is that of the stored face.\n", got)
			require.True(t, ok)
		})
	}
}

func TestCheckOfWhatNobodySees(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, from, to string }{
		{"nothing", "", ""},
		{"a comment", "is a constant", "limits something"},
		{"an unexported field", "sold  bool", "sold, lent bool"},
		{"an unexported function", "// MaxItems", "func open() {}\n\n// MaxItems"},
		{"the name of a parameter", "path string", "directory string"},
		{"the body of a function", "return nil, nil", "panic(path)"},
		{"the order of fields", "Name  string\n\tPrice int", "Price int\n\tName string"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, shop)
			f.file("shop/shop.go", replaced(t, shop, tt.from, tt.to))
			got, ok := f.check()
			require.Equal(t, "The public face is that of the stored face.\n", got)
			require.True(t, ok)
		})
	}
}

func TestCheckOfPackages(t *testing.T) {
	t.Parallel()
	f := newFixture(t, shop)
	f.file("bank/bank.go", "package bank\n\nfunc Pay() {}\n")
	f.file("cmd/cmd.go", "package main\n\nfunc main() {}\n")
	got, ok := f.check()
	require.Equal(t, "Added since the stored face:\n\tbank: the package has been added\n"+advice, got)
	require.False(t, ok)

	f.write()
	f.file("bank/bank.go", "package main\n\nfunc main() {}\n")
	got, ok = f.check()
	require.Equal(t, "Incompatible with the stored face:\n\tbank: the package has been removed\n"+advice, got)
	require.False(t, ok)
}

// What is exported by way of an internal package is part of the face.
func TestCheckOfAnInternalPackage(t *testing.T) {
	t.Parallel()
	const source = "package shop\n\nimport \"example.com/m/internal/money\"\n\ntype Sum = money.Sum\n"
	f := newFixture(t, shop)
	f.file("internal/money/money.go", "package money\n\ntype Sum struct{ Cents int }\n\ntype Unseen int\n")
	f.file("shop/shop.go", source)
	f.write()
	require.Equal(t, "package money\n\n\ntype Sum struct {\n\tCents int\n}\n", f.read(folder+"/internal/money.txt"))

	f.file("internal/money/money.go", "package money\n\ntype Sum struct{ Euros int }\n")
	got, ok := f.check()
	require.Equal(t, "Incompatible with the stored face:\n\tinternal/money: Sum.Cents: removed\n"+
		"Added since the stored face:\n\tinternal/money: Sum.Euros: added\n"+advice, got)
	require.False(t, ok)
}

func TestCheckOfAConflict(t *testing.T) {
	t.Parallel()
	f := newFixture(t, shop)
	good := f.read(folder + "/shop.txt")
	f.file(folder+"/shop.txt", "<<<<<<< HEAD\n"+good)
	_, err := checkFace(t.Output(), f.dir)
	require.ErrorContains(t, err, "the stored face cannot be read: example.com/m/shop.txt:1:1")

	require.Contains(t, f.write(), "stored the face; nothing can be said of what was there")
	require.Equal(t, good, f.read(folder+"/shop.txt"))
}
