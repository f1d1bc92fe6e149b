//! Shapes: what a result looks like on every wire, in one declaration from which its serialization and its type in
//! TypeScript are derived. They are flat, as flattened parts would make maps of them, whose keys cost a string each in
//! JavaScript.

/// Lets a type serialize as its shape, and have the shape's type in TypeScript.
macro_rules! serializes_as {
    ($type:ty, $shape:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&<$shape>::from(self), serializer)
            }
        }

        #[cfg(feature = "typescript")]
        crate::shape::is_declared_as!($type, $shape);
    };
}

/// Gives a type the declaration of another one in TypeScript.
#[cfg(feature = "typescript")]
macro_rules! is_declared_as {
    ($type:ty, $other:ty) => {
        impl ts_rs::TS for $type {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn docs() -> Option<String> {
                <$other as ts_rs::TS>::docs()
            }

            fn name(config: &ts_rs::Config) -> String {
                <$other as ts_rs::TS>::name(config)
            }

            fn decl(config: &ts_rs::Config) -> String {
                <$other as ts_rs::TS>::decl(config)
            }

            fn inline(config: &ts_rs::Config) -> String {
                <$other as ts_rs::TS>::inline(config)
            }

            fn inline_flattened(config: &ts_rs::Config) -> String {
                <$other as ts_rs::TS>::inline_flattened(config)
            }
        }
    };
}

/// Declares a shape with fields that only one channel has, which are `null` on the other one: `name: email Type` and
/// `name: linkedin Type`. A field that both have, with less of its type on each, names in TypeScript what is left:
/// `name: Type = "email" | "linkedin"`. In TypeScript the shape is a union by channel.
macro_rules! channel_shape {
    ($(#[$meta:meta])* struct $shape:ident<$a:lifetime> as $name:literal { $($fields:tt)* }) => {
        crate::shape::channel_shape! { @[$(#[$meta])* $shape<$a> $name] [] [] [] [] $($fields)* }
    };

    (@$head:tt [$($flat:tt)*] [$($both:tt)*] [$($email:tt)*] [$($linkedin:tt)*]
        $(#[$meta:meta])* $field:ident: email $type:ty, $($rest:tt)*) => {
        crate::shape::channel_shape! {
            @$head
            [$($flat)* $(#[$meta])* $field: Option<$type>,]
            [$($both)*]
            [$($email)* $(#[$meta])* $field: $type,]
            [$($linkedin)* #[doc = " Only email has it."] $field: (),]
            $($rest)*
        }
    };
    (@$head:tt [$($flat:tt)*] [$($both:tt)*] [$($email:tt)*] [$($linkedin:tt)*]
        $(#[$meta:meta])* $field:ident: linkedin $type:ty, $($rest:tt)*) => {
        crate::shape::channel_shape! {
            @$head
            [$($flat)* $(#[$meta])* $field: Option<$type>,]
            [$($both)*]
            [$($email)* #[doc = " Only LinkedIn has it."] $field: (),]
            [$($linkedin)* $(#[$meta])* $field: $type,]
            $($rest)*
        }
    };
    (@$head:tt [$($flat:tt)*] [$($both:tt)*] [$($email:tt)*] [$($linkedin:tt)*]
        $(#[$meta:meta])* $field:ident: $type:ty = $of_email:literal | $of_linkedin:literal, $($rest:tt)*) => {
        crate::shape::channel_shape! {
            @$head
            [$($flat)* $(#[$meta])* $field: $type,]
            [$($both)*]
            [$($email)* $(#[$meta])* #[ts(type = $of_email)] $field: $type,]
            [$($linkedin)* $(#[$meta])* #[ts(type = $of_linkedin)] $field: $type,]
            $($rest)*
        }
    };
    (@$head:tt [$($flat:tt)*] [$($both:tt)*] [$($email:tt)*] [$($linkedin:tt)*]
        $(#[$meta:meta])* $field:ident: $type:ty, $($rest:tt)*) => {
        crate::shape::channel_shape! {
            @$head
            [$($flat)* $(#[$meta])* $field: $type,]
            [$($both)* $(#[$meta])* $field: $type,]
            [$($email)*]
            [$($linkedin)*]
            $($rest)*
        }
    };

    (@[$(#[$meta:meta])* $shape:ident<$a:lifetime> $name:literal]
        [$($flat:tt)*] [$($both:tt)*] [$($email:tt)*] [$($linkedin:tt)*]) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        #[serde(rename = $name)]
        pub(crate) struct $shape<$a> {
            $($flat)*
        }

        #[cfg(feature = "typescript")]
        const _: () = {
            $(#[$meta])*
            #[derive(ts_rs::TS)]
            #[ts(rename = $name)]
            #[allow(dead_code, reason = "only its declaration is used")]
            struct Declaration<$a> {
                $($both)*
                #[ts(flatten)]
                by_channel: ByChannel<$a>,
            }

            #[derive(ts_rs::TS)]
            #[ts(untagged)]
            #[allow(dead_code, reason = "only its declaration is used")]
            enum ByChannel<$a> {
                Email { $($email)* },
                Linkedin { $($linkedin)* },
            }

            crate::shape::is_declared_as!($shape<'_>, Declaration<'_>);
        };
    };
}

pub(crate) use channel_shape;
#[cfg(feature = "typescript")]
pub(crate) use is_declared_as;
pub(crate) use serializes_as;
