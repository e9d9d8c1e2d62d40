{
    "patcher": {
        "title": "legato.take",
        "fileversion": 1,
        "appversion": {
            "major": 8,
            "minor": 5,
            "revision": 5,
            "architecture": "x64",
            "modernui": 1
        },
        "classnamespace": "box",
        "rect": [
            60.0,
            60.0,
            1560.0,
            982.0
        ],
        "bglocked": 0,
        "openinpresentation": 1,
        "default_fontsize": 12.0,
        "default_fontface": 0,
        "default_fontname": "Arial",
        "gridonopen": 1,
        "gridsize": [
            15.0,
            15.0
        ],
        "gridsnaponopen": 1,
        "objectsnaponopen": 1,
        "statusbarvisible": 2,
        "toolbarvisible": 1,
        "lefttoolbarpinned": 0,
        "toptoolbarpinned": 0,
        "righttoolbarpinned": 0,
        "bottomtoolbarpinned": 0,
        "toolbars_unpinned_last_save": 0,
        "tallnewobj": 0,
        "boxanimatetime": 200,
        "enablehscroll": 1,
        "enablevscroll": 1,
        "devicewidth": 0.0,
        "description": "",
        "digest": "",
        "tags": "",
        "style": "",
        "subpatcher_template": "",
        "assistshowspatchername": 0,
        "boxes": [
            {
                "box": {
                    "id": "obj-1",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        940,
                        121,
                        22
                    ],
                    "outlettype": [],
                    "text": "s ---legato.ask"
                }
            },
            {
                "box": {
                    "id": "obj-2",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1100,
                        10,
                        128,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "r ---legato.told"
                }
            },
            {
                "box": {
                    "id": "obj-3",
                    "maxclass": "newobj",
                    "numinlets": 3,
                    "numoutlets": 3,
                    "patching_rect": [
                        1100,
                        36,
                        142,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        ""
                    ],
                    "text": "route takes chosen"
                }
            },
            {
                "box": {
                    "id": "obj-4",
                    "maxclass": "umenu",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        1100,
                        66,
                        300,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        130,
                        6,
                        560,
                        20
                    ],
                    "outlettype": [
                        "int",
                        "",
                        ""
                    ],
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-5",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1100,
                        94,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend choose"
                }
            },
            {
                "box": {
                    "id": "obj-6",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        940,
                        36,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        6,
                        110,
                        20
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "refresh the list",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-7",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        940,
                        66,
                        51,
                        22
                    ],
                    "text": "takes",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-8",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1260,
                        36,
                        93,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set"
                }
            },
            {
                "box": {
                    "id": "obj-9",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        1360,
                        36,
                        180,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        700,
                        6,
                        240,
                        20
                    ],
                    "text": "",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-10",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        130,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        52,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "take list",
                    "hint": "The takes, newest first, one message each.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-11",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        160,
                        110,
                        22
                    ],
                    "text": "go /take/list",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-12",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        188,
                        900,
                        21
                    ],
                    "text": "id [limit i] [offset i]: The takes, newest first, one message each.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-13",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        150,
                        130,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        53,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 1
                }
            },
            {
                "box": {
                    "id": "obj-14",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        160,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/list limit"
                }
            },
            {
                "box": {
                    "id": "obj-15",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        80,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        36,
                        64,
                        16
                    ],
                    "text": "limit",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-16",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        386,
                        130,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        53,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-17",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        386,
                        160,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/list offset"
                }
            },
            {
                "box": {
                    "id": "obj-18",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        386,
                        80,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        194,
                        36,
                        64,
                        16
                    ],
                    "text": "offset",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-19",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        290,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        96,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "take info",
                    "hint": "What is known of a take, one message a field.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-20",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        320,
                        110,
                        22
                    ],
                    "text": "go /take/info",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-21",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        348,
                        900,
                        21
                    ],
                    "text": "id take: What is known of a take, one message a field.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-22",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        290,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        97,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-23",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        320,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /take/info take"
                }
            },
            {
                "box": {
                    "id": "obj-24",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        240,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        80,
                        104,
                        16
                    ],
                    "text": "take",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-25",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        393,
                        290,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        97,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-26",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        393,
                        320,
                        205,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/info take"
                }
            },
            {
                "box": {
                    "id": "obj-27",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        393,
                        240,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        80,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-28",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        450,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        140,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "take branch",
                    "hint": "A new take that keeps the windows before this one.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-29",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        480,
                        110,
                        22
                    ],
                    "text": "go /take/branch",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-30",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        508,
                        900,
                        21
                    ],
                    "text": "id take window: A new take that keeps the windows before this one.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-31",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        450,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        141,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-32",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        480,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /take/branch take"
                }
            },
            {
                "box": {
                    "id": "obj-33",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        400,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        124,
                        104,
                        16
                    ],
                    "text": "take",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-34",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        407,
                        450,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        141,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-35",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        407,
                        480,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/branch take"
                }
            },
            {
                "box": {
                    "id": "obj-36",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        407,
                        400,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        124,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-37",
                    "maxclass": "number",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        650,
                        450,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        141,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": 0
                }
            },
            {
                "box": {
                    "id": "obj-38",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        650,
                        422,
                        114,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "loadmess set 1"
                }
            },
            {
                "box": {
                    "id": "obj-39",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        650,
                        480,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/branch window"
                }
            },
            {
                "box": {
                    "id": "obj-40",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        650,
                        400,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        124,
                        64,
                        16
                    ],
                    "text": "window",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-41",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        610,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        184,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "take export",
                    "hint": "Copies a take's audio, and its stems beside it, to a path under the media folders; as loud as asked, in LUFS, or as it was made.",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-42",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        640,
                        110,
                        22
                    ],
                    "text": "go /take/export",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-43",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        668,
                        900,
                        21
                    ],
                    "text": "id take path [format s] [loudness f]: Copies a take's audio, and its stems beside it, to a path under the media folders; as loud as asked, in LUFS, or as it was",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-44",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        610,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        185,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-45",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        640,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /take/export take"
                }
            },
            {
                "box": {
                    "id": "obj-46",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        560,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        168,
                        104,
                        16
                    ],
                    "text": "take",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-47",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        407,
                        610,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        185,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-48",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        407,
                        640,
                        219,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/export take"
                }
            },
            {
                "box": {
                    "id": "obj-49",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        407,
                        560,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        168,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-50",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        650,
                        610,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        185,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-51",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        650,
                        640,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /take/export path"
                }
            },
            {
                "box": {
                    "id": "obj-52",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        650,
                        560,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        168,
                        104,
                        16
                    ],
                    "text": "path",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-53",
                    "maxclass": "umenu",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        907,
                        610,
                        90,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        382,
                        185,
                        90,
                        20
                    ],
                    "outlettype": [
                        "int",
                        "",
                        ""
                    ],
                    "items": [
                        "float32",
                        ",",
                        "int24",
                        ",",
                        "int16"
                    ],
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-54",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        907,
                        640,
                        233,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/export format"
                }
            },
            {
                "box": {
                    "id": "obj-55",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        907,
                        560,
                        90,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        382,
                        168,
                        90,
                        16
                    ],
                    "text": "format",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-56",
                    "maxclass": "flonum",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        1164,
                        610,
                        64,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        480,
                        185,
                        64,
                        20
                    ],
                    "outlettype": [
                        "",
                        "bang"
                    ],
                    "fontsize": 11.0,
                    "minimum": -60.0
                }
            },
            {
                "box": {
                    "id": "obj-57",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        1164,
                        640,
                        247,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/export loudness"
                }
            },
            {
                "box": {
                    "id": "obj-58",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        1164,
                        560,
                        64,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        480,
                        168,
                        64,
                        16
                    ],
                    "text": "loudness",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-59",
                    "maxclass": "textbutton",
                    "numinlets": 1,
                    "numoutlets": 3,
                    "patching_rect": [
                        20,
                        770,
                        110,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        6,
                        228,
                        110,
                        22
                    ],
                    "outlettype": [
                        "",
                        "",
                        "int"
                    ],
                    "text": "take pin",
                    "hint": "Keeps a take for good (1) or no longer (0).",
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-60",
                    "maxclass": "message",
                    "numinlets": 2,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        800,
                        110,
                        22
                    ],
                    "text": "go /take/pin",
                    "outlettype": [
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-61",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        828,
                        900,
                        21
                    ],
                    "text": "id take [pinned]: Keeps a take for good (1) or no longer (0).",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-62",
                    "maxclass": "textedit",
                    "numinlets": 1,
                    "numoutlets": 4,
                    "patching_rect": [
                        150,
                        770,
                        104,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        229,
                        104,
                        20
                    ],
                    "outlettype": [
                        "",
                        "int",
                        "",
                        ""
                    ],
                    "keymode": 1,
                    "fontsize": 11.0
                }
            },
            {
                "box": {
                    "id": "obj-63",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        150,
                        800,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend typed /take/pin take"
                }
            },
            {
                "box": {
                    "id": "obj-64",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        150,
                        720,
                        104,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        122,
                        212,
                        104,
                        16
                    ],
                    "text": "take",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-65",
                    "maxclass": "dropfile",
                    "numinlets": 1,
                    "numoutlets": 2,
                    "patching_rect": [
                        386,
                        770,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        229,
                        22,
                        22
                    ],
                    "outlettype": [
                        "",
                        ""
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-66",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        386,
                        800,
                        198,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/pin take"
                }
            },
            {
                "box": {
                    "id": "obj-67",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        386,
                        720,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        234,
                        212,
                        28,
                        16
                    ],
                    "text": "file",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-68",
                    "maxclass": "toggle",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        608,
                        770,
                        22,
                        22
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        229,
                        22,
                        22
                    ],
                    "outlettype": [
                        "int"
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-69",
                    "maxclass": "newobj",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        608,
                        800,
                        212,
                        22
                    ],
                    "outlettype": [
                        ""
                    ],
                    "text": "prepend set /take/pin pinned"
                }
            },
            {
                "box": {
                    "id": "obj-70",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        608,
                        720,
                        60,
                        21
                    ],
                    "presentation": 1,
                    "presentation_rect": [
                        270,
                        212,
                        42,
                        16
                    ],
                    "text": "pinned",
                    "fontsize": 10.0
                }
            }
        ],
        "lines": [
            {
                "patchline": {
                    "source": [
                        "obj-2",
                        0
                    ],
                    "destination": [
                        "obj-3",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-3",
                        0
                    ],
                    "destination": [
                        "obj-4",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-4",
                        0
                    ],
                    "destination": [
                        "obj-5",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-5",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-6",
                        0
                    ],
                    "destination": [
                        "obj-7",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-7",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-3",
                        1
                    ],
                    "destination": [
                        "obj-8",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-8",
                        0
                    ],
                    "destination": [
                        "obj-9",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-10",
                        0
                    ],
                    "destination": [
                        "obj-11",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-11",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-13",
                        0
                    ],
                    "destination": [
                        "obj-14",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-14",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-16",
                        0
                    ],
                    "destination": [
                        "obj-17",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-17",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-19",
                        0
                    ],
                    "destination": [
                        "obj-20",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-20",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-22",
                        0
                    ],
                    "destination": [
                        "obj-23",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-23",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-25",
                        0
                    ],
                    "destination": [
                        "obj-26",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-26",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-28",
                        0
                    ],
                    "destination": [
                        "obj-29",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-29",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-31",
                        0
                    ],
                    "destination": [
                        "obj-32",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-32",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-34",
                        0
                    ],
                    "destination": [
                        "obj-35",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-35",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-38",
                        0
                    ],
                    "destination": [
                        "obj-37",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-37",
                        0
                    ],
                    "destination": [
                        "obj-39",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-39",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-41",
                        0
                    ],
                    "destination": [
                        "obj-42",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-42",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-44",
                        0
                    ],
                    "destination": [
                        "obj-45",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-45",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-47",
                        0
                    ],
                    "destination": [
                        "obj-48",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-48",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-50",
                        0
                    ],
                    "destination": [
                        "obj-51",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-51",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-53",
                        1
                    ],
                    "destination": [
                        "obj-54",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-54",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-56",
                        0
                    ],
                    "destination": [
                        "obj-57",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-57",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-59",
                        0
                    ],
                    "destination": [
                        "obj-60",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-60",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-62",
                        0
                    ],
                    "destination": [
                        "obj-63",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-63",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-65",
                        0
                    ],
                    "destination": [
                        "obj-66",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-66",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-68",
                        0
                    ],
                    "destination": [
                        "obj-69",
                        0
                    ],
                    "order": 0
                }
            },
            {
                "patchline": {
                    "source": [
                        "obj-69",
                        0
                    ],
                    "destination": [
                        "obj-1",
                        0
                    ],
                    "order": 0
                }
            }
        ],
        "dependency_cache": [],
        "autosave": 0
    }
}
